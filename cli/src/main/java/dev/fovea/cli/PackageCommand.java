package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.TemporaryFolder;
import dev.fovea.tensor.FoveaException;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a folder that runs on machines without Java. */
@Command(
    name = "package",
    header = "Write a folder that runs on machines without Java.",
    description = {
      "The folder has the command, its jars and the parts of this JDK that it needs (made by"
          + " jlink), for the operating system and processor of this machine. It can be moved"
          + " anywhere. Its first start adds an archive of classes, by which later starts are"
          + " faster.",
      "With --installer this JDK's jpackage makes an installer of this system's kind of it: a .deb"
          + " or .rpm, a .dmg, an .exe. It lies beside the folder and lays down the same folder, on"
          + " Linux as /opt/fovea."
    },
    footer = {
      "",
      "Examples:",
      "  fovea package fovea-linux",
      "  fovea package fovea-linux --installer"
    })
final class PackageCommand implements Callable<Integer> {
  /** What the command needs of the JDK; the compiler and JShell are for run and shell. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.compiler",
          "java.desktop",
          "java.logging",
          "jdk.compiler",
          "jdk.httpserver",
          "jdk.incubator.vector",
          "jdk.jshell",
          "jdk.management",
          "jdk.unsupported");

  /** The interfaces of older versions, for javac --release; pictures at the start; sounds. */
  private static final String UNUSED =
      "**/ct.sym,**/libsplashscreen.so,**/libjsound.so,**/libsplashscreen.dylib,"
          + "**/libjsound.dylib,**/splashscreen.dll,**/jsound.dll";

  /** Where the parts of the JDK lie: within lib, as jpackage on macOS expects of a runtime. */
  private static final String RUNTIME = "lib/runtime";

  private static final double MEGABYTE = 1e6;

  /** What the launcher's archive of classes takes; it follows from the commands it is made of. */
  private static final int ARCHIVE_MEGABYTES = 45;

  @Parameters(paramLabel = "DIR", description = "The folder; it must not be there yet.")
  private Path folder;

  @Option(
      names = "--installer",
      description = "Also write an installer, beside the folder; takes a minute.")
  private boolean installer;

  @Override
  public Integer call() {
    if (Files.exists(folder)) {
      throw new FoveaException(folder + ": already there; name a new folder");
    }
    Path home = home();
    if (installer) {
      var _ = Installer.tool();
    }
    try {
      write(home);
      if (installer) {
        Path made = Installer.write(folder, Version.TEXT);
        System.out.println(
            String.format(
                Locale.ROOT, "written to %s, %.0f MB", made, Files.size(made) / MEGABYTE));
      }
      return 0;
    } catch (IOException e) {
      throw new FoveaException(folder + ": cannot be written: " + AtomicFiles.reason(e), e);
    }
  }

  private void write(Path home) throws IOException {
    try (TemporaryFolder aside = TemporaryFolder.beside(folder)) {
      fill(aside.path(), home);
      Files.move(aside.path(), folder.toAbsolutePath());
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "written to %s, %.0f MB; on Linux and macOS its first start adds an archive of"
                + " classes of some %s MB, by which later starts are faster",
            folder,
            size(folder) / MEGABYTE,
            ARCHIVE_MEGABYTES));
  }

  private static void fill(Path aside, Path home) throws IOException {
    Files.createDirectories(aside.resolve("lib"));
    Files.createDirectories(aside.resolve("bin"));
    for (Path jar : jars()) {
      Files.copy(jar, aside.resolve("lib").resolve(jar.getFileName()));
    }
    Files.copy(home.resolve("LICENSE"), aside.resolve("LICENSE"));
    for (String script : List.of("bin/java.options", "bin/start.sh")) {
      Files.copy(home.resolve(script), aside.resolve(script));
    }
    Files.copy(home.resolve("bin/packaged"), aside.resolve("fovea"));
    Files.copy(home.resolve("fovea.cmd"), aside.resolve("fovea.cmd"));
    link(aside.resolve(RUNTIME));
  }

  /** Returns the folder of the launcher, with the scripts. */
  private static Path home() {
    String home = System.getProperty("fovea.home", "");
    if (home.isEmpty() || !Files.exists(Path.of(home, "bin", "packaged"))) {
      throw new FoveaException("package: start it by the launcher fovea, which knows its folder");
    }
    return Path.of(home);
  }

  private static List<Path> jars() {
    List<Path> jars =
        Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .map(Path::of)
            .toList();
    if (jars.isEmpty()) {
      throw new FoveaException(
          "package: the command does not run from jars; start it by the launcher");
    }
    return jars;
  }

  private static void link(Path runtime) {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() ->
                new FoveaException("package: this Java has no jlink; run it on a JDK 25 or later"));
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        jlink.run(
            out,
            out,
            "--add-modules",
            String.join(",", MODULES),
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--compress=zip-9",
            "--exclude-files=" + UNUSED,
            "--output",
            runtime.toString());
    if (status != 0) {
      throw new FoveaException("package: jlink: " + said.toString().strip());
    }
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }
}
