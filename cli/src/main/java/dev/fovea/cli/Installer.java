package dev.fovea.cli;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * An installer of this system's kind, such as a .deb, that lays down a packaged folder as it is. It
 * is made by the JDK's jpackage, which takes the folder for a Java runtime: an application's image
 * would have a launcher of jpackage's own in place of the folder's.
 */
final class Installer {
  private static final String NAME = "fovea";

  private Installer() {}

  /** Returns jpackage, or says in one line that there is none. */
  static ToolProvider tool() {
    return ToolProvider.findFirst("jpackage")
        .orElseThrow(() ->
            new FoveaException(
                "package: this Java has no jpackage; run it on a JDK 25 or later, or without"
                    + " --installer"));
  }

  /**
   * Writes the installer of a packaged folder beside it, in place of an earlier one of its name.
   *
   * @return the installer, whose name jpackage makes of the version and the processor
   * @throws FoveaException if jpackage cannot make one here; the line says why
   */
  static Path write(Path packaged, String version) throws IOException {
    Path folder = packaged.toAbsolutePath();
    Path aside = Files.createTempDirectory(folder.getParent(), folder.getFileName() + ".installer");
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    List<String> words = words(folder, aside, version);
    try {
      if (tool().run(out, out, words.toArray(String[]::new)) != 0) {
        throw new FoveaException(
            "%s: no installer is made of it: jpackage: %s; it needs %s"
                .formatted(packaged, Text.oneLine(said.toString().strip()), needed()));
      }
      Path made = only(aside);
      return Files.move(
          made, folder.resolveSibling(made.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      delete(aside);
    }
  }

  /** Returns what jpackage is asked for. */
  static List<String> words(Path folder, Path aside, String version) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--name",
                NAME,
                "--app-version",
                number(version),
                "--description",
                "Convolutional networks on the JVM",
                "--vendor",
                "Fovea",
                "--runtime-image",
                folder.toString(),
                "--dest",
                aside.toString()));
    if (system().startsWith("Linux")) {
      // Without it an rpm says that its licence is unknown.
      words.addAll(List.of("--linux-rpm-license-type", "Apache-2.0"));
    }
    return words;
  }

  private static String system() {
    return System.getProperty("os.name", "");
  }

  /** Returns the numbers at the beginning of a version, which is all that installers may have. */
  private static String number(String version) {
    String number = version.replaceAll("[^0-9.].*", "");
    return number.isEmpty() ? "0" : number;
  }

  private static Path only(Path folder) throws IOException {
    return files(folder).getFirst();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Deletes a folder in which jpackage has laid what it has finished, and nothing else. */
  private static void delete(Path folder) throws IOException {
    for (Path file : files(folder)) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  /** Returns what jpackage calls on this system. */
  private static String needed() {
    if (system().startsWith("Windows")) {
      return "WiX in PATH";
    }
    return system().startsWith("Mac") ? "hdiutil" : "dpkg-deb and fakeroot, or rpmbuild, in PATH";
  }
}
