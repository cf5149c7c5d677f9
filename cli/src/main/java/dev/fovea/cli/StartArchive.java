package dev.fovea.cli;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes an archive of the classes that commands use, read and linked: a JVM that is given it
 * ({@code -XX:SharedArchiveFile}) starts in a fraction of the time.
 *
 * <p>The JVM itself checks whether an archive fits its build, its options and the jars, and starts
 * without one that does not. Classes of the Vector API and those that cannot be linked without them
 * are left out ({@link LateStart}).
 */
final class StartArchive {
  private static final long MINUTES = 30;

  /**
   * What the launcher calls archives, behind the place of the jars and before the JDK's version.
   */
  private static final String NAME = "classes-";

  private static final Duration KEPT = Duration.ofDays(30);

  private final Path file;
  private final Path home;
  private final List<String> program;

  private StartArchive(Path file, Path home, List<String> program) {
    this.file = file;
    this.home = home;
    this.program = program;
  }

  /**
   * Makes an archive on the class path of this process, unless another process does. The arguments
   * are the file, and a program with its arguments whose classes are kept, {@link TypicalStart} by
   * default. The file is left empty where no archive can be made, so that nobody tries again.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path file = Path.of(args[0]).toAbsolutePath();
    Path home = Path.of(System.getProperty("fovea.home", ""));
    Files.createDirectories(file.resolveSibling(""));
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null && !Files.exists(file)) {
        List<String> program = List.of(args).subList(1, args.length);
        new StartArchive(
                file, home, program.isEmpty() ? List.of(TypicalStart.class.getName()) : program)
            .make();
      }
    }
  }

  private void make() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("fovea-archive");
    Path aside = file.resolveSibling(file.getFileName() + ".part");
    try {
      Path used = folder.resolve("used");
      Path list = folder.resolve("list");
      Files.deleteIfExists(aside);
      boolean made =
          run(folder, using(used)) && select(used, list) && run(folder, dumping(list, aside));
      if (!made || !Files.exists(aside)) {
        Files.deleteIfExists(aside);
        Files.createFile(aside);
      }
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
      dropOld(file, Instant.now().minus(KEPT));
    } finally {
      delete(folder);
    }
  }

  /**
   * Deletes the archives of the same jars for other JDKs that were made before a time: a JDK that
   * is updated leaves its archive behind, and one that is used by turns makes another.
   */
  static void dropOld(Path file, Instant before) throws IOException {
    String name = String.valueOf(file.getFileName());
    int end = name.lastIndexOf(NAME) + NAME.length();
    if (end < NAME.length()) {
      return;
    }
    String jars = name.substring(0, end);
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(
            file.resolveSibling(""),
            f -> {
              String other = String.valueOf(f.getFileName());
              return other.startsWith(jars) && !other.startsWith(name);
            })) {
      for (Path f : others) {
        if (Files.getLastModifiedTime(f).toInstant().isBefore(before)) {
          Files.deleteIfExists(f);
        }
      }
    }
  }

  /** Leaves out what is of the Vector API; returns whether there is something left. */
  private static boolean select(Path used, Path list) throws IOException {
    String vectors = LateStart.VECTORS.replace('.', '/');
    List<String> lines =
        Files.readAllLines(used).stream().filter(line -> !line.contains(vectors)).toList();
    Files.write(list, lines);
    return !lines.isEmpty();
  }

  private List<String> using(Path used) {
    List<String> words = new ArrayList<>();
    words.add("-XX:DumpLoadedClassList=" + used);
    words.add(LateStart.class.getName());
    words.addAll(program);
    return words;
  }

  private static List<String> dumping(Path list, Path archive) {
    return List.of(
        "-Xshare:dump",
        "-XX:+AOTClassLinking",
        "-XX:SharedClassListFile=" + list,
        "-XX:SharedArchiveFile=" + archive);
  }

  /** Runs a JVM with the launcher's options; returns whether it succeeded. */
  private boolean run(Path folder, List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options());
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.addAll(words);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(new File(folder.toFile(), "said")));
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.start();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("no archive within " + MINUTES + " minutes");
    }
    return process.exitValue() == 0;
  }

  /** The launcher's options but for the module of the Vector API. */
  private List<String> options() throws IOException {
    List<String> options = new ArrayList<>();
    for (String line : Files.readAllLines(home.resolve("bin/java.options"))) {
      if (!line.isBlank() && !line.startsWith("#") && !line.endsWith("=" + LateStart.VECTORS)) {
        options.add(line);
      }
    }
    options.add(LateStart.EXPORT);
    options.add("-Dfovea.home=" + home);
    return options;
  }

  private static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path f : files) {
        if (Files.isDirectory(f)) {
          delete(f);
        } else {
          Files.delete(f);
        }
      }
    }
    Files.delete(folder);
  }
}
