package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The folder that {@code package} has made: the launcher and its jars. */
final class DistributionTest {

  private static final long MEGABYTE = 1_000_000;

  private final Path distribution = Path.of(System.getProperty("fovea.distribution"));
  private List<Path> jars = List.of();

  @BeforeEach
  void listJars() throws IOException {
    try (Stream<Path> files = Files.list(distribution.resolve("lib"))) {
      jars = files.toList();
    }
  }

  @Test
  void holdsTheModulesOfFovea() {
    for (String module :
        List.of("core", "simd", "machine", "vision", "zoo", "studio", "serve", "cli")) {
      assertThat(jars).anyMatch(isJarOf("fovea-" + module));
    }
  }

  @Test
  void holdsTheLauncherAndTheLicense() {
    assertThat(distribution).isDirectoryContaining("glob:**/{fovea,bin,LICENSE}");
    assertThat(distribution.resolve("fovea.cmd")).isNotEmptyFile();
    assertThat(distribution.resolve("bin/packaged")).isExecutable();
    assertThat(distribution.resolve("fovea")).isExecutable();
    assertThat(distribution.resolve("bin/find-jdk.sh")).isNotEmptyFile();
    assertThat(distribution.resolve("bin/java.options")).isNotEmptyFile();
    assertThat(distribution.resolve("bin/start.sh")).isNotEmptyFile();
  }

  @Test
  void weighsAtMost18Megabytes() throws IOException {
    assertThat(sizeOf(jars)).isLessThanOrEqualTo(18 * MEGABYTE);
  }

  @Test
  void coreWeighsAtMost2Megabytes() throws IOException {
    List<Path> core = jars.stream().filter(isJarOf("fovea-core")).toList();
    assertThat(core).hasSize(1);
    assertThat(sizeOf(core)).isLessThanOrEqualTo(2 * MEGABYTE);
  }

  @Test
  void saysTheVersionOfTheBuild() {
    Path jar = jars.stream().filter(isJarOf("fovea-cli")).findFirst().orElseThrow();
    String version = jar.getFileName().toString().replaceAll("^fovea-cli-|\\.jar$", "");
    List<String> words = List.of("-cp", distribution + "/lib/*", Main.class.getName(), "--version");
    assertThat(ProcessCommand.java(distribution, words).run().out())
        .containsExactly("fovea " + version);
  }

  private static Predicate<Path> isJarOf(String artifact) {
    return file -> file.getFileName().toString().matches(artifact + "-[0-9].*\\.jar");
  }

  private static long sizeOf(List<Path> files) throws IOException {
    long sum = 0;
    for (Path file : files) {
      sum += Files.size(file);
    }
    return sum;
  }
}
