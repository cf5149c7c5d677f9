package dev.fovea.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts a class as the launcher starts the command: from the archive that its build has. */
final class ArchivedStart {
  private static final String VECTORS = "jdk.incubator.vector";

  private ArchivedStart() {}

  /**
   * Returns the beginning of a command that runs a class of the benchmarks, if the launcher of a
   * checkout has made an archive of these sources: some command was run since they changed, and
   * half a minute has passed.
   *
   * @param home the source checkout
   */
  static Optional<List<String>> of(Path home, Class<?> main) {
    Path builds = home.resolve("target/fovea");
    try {
      if (!Files.exists(builds.resolve("current"))) {
        return Optional.empty();
      }
      Path build = builds.resolve(Files.readString(builds.resolve("current")).strip());
      Optional<Path> archive =
          files(build.resolve("archive"), ".jsa").stream().filter(f -> !isEmpty(f)).findFirst();
      return archive.isEmpty() || !isCurrent(home, build)
          ? Optional.empty()
          : Optional.of(command(home, build, archive.get(), main));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(Path home, Path build, Path archive, Class<?> main)
      throws IOException {
    List<String> options = new ArrayList<>();
    options.add("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED");
    options.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-XX:+VerifySharedSpaces"));
    Files.readAllLines(home.resolve("bin/java.options")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.endsWith("=" + VECTORS))
        .forEach(options::add);
    // The benchmarks' classes come behind the jars, the order of which is the launcher's.
    List<String> path = new ArrayList<>();
    files(build.resolve("lib"), ".jar").forEach(jar -> path.add(jar.toString()));
    path.add(System.getProperty(Peers.CLASSES, System.getProperty("java.class.path", "")));
    List<String> command =
        Peers.java(String.join(File.pathSeparator, path), options.toArray(String[]::new));
    command.addAll(List.of("dev.fovea.cli.LateStart", main.getName()));
    return command;
  }

  /** Returns whether no source is newer than a build. */
  private static boolean isCurrent(Path home, Path build) throws IOException {
    long built = build.resolve("stamp").toFile().lastModified();
    for (Path module : files(home, "")) {
      Path sources = module.resolve("src/main");
      if (Files.isDirectory(sources) && newest(sources) > built) {
        return false;
      }
    }
    return true;
  }

  private static long newest(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.mapToLong(file -> file.toFile().lastModified()).max().orElse(0);
    }
  }

  private static boolean isEmpty(Path file) {
    return file.toFile().length() == 0;
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    }
  }
}
