package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed sources that generators write are what the generators write now. */
final class GeneratedSourcesTest {
  private static final Path COMMITTED = Path.of("src", "main", "java", "dev", "fovea", "simd");

  @TempDir Path folder;

  @Test
  void microKernelsAreUpToDate() throws Exception {
    check("MicroKernelGenerator", List.of("MicroTwo", "MicroOne", "MovesTwo", "MovesOne"));
  }

  @Test
  void loopsOfThinProductsAreUpToDate() throws Exception {
    check("ThinGenerator", List.of("Thin"));
  }

  @Test
  void functionsAreUpToDate() throws Exception {
    check("FunctionGenerator", List.of("Functions", "Pairs"));
  }

  @Test
  void depthwiseLoopsAreUpToDate() throws Exception {
    check("DepthwiseGenerator", List.of("DepthwiseLoops"));
  }

  @Test
  void patchLoopsAreUpToDate() throws Exception {
    check("PatchGenerator", List.of("PatchLoops"));
  }

  private void check(String generator, List<String> classes) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path source = Path.of("src", "generator", generator + ".java");
    Path log = folder.resolve("log");
    Process run =
        new ProcessBuilder(java.toString(), source.toString(), folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(run.waitFor()).as(Files.readString(log)).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(f -> f.toString().endsWith(".java"))).hasSize(classes.size());
    }
    for (String name : classes) {
      assertThat(text(folder, name)).as(name).isEqualTo(text(COMMITTED, name));
    }
  }

  private static String text(Path folder, String name) throws IOException {
    return Files.readString(folder.resolve(name + ".java"));
  }
}
