package dev.fovea.formats.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.testing.Fuzz;
import dev.fovea.io.testing.Mutator;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every reader on damaged files.
 *
 * <p>{@code bin/fuzz} runs as many as wanted: the property {@code fovea.fuzz.mutants} says how many
 * per reader, {@code fovea.fuzz.seed} which.
 */
@Execution(ExecutionMode.CONCURRENT)
final class FuzzTest {
  private static final int MUTANTS = Integer.getInteger("fovea.fuzz.mutants", 1_000);
  private static final long SEED = Long.getLong("fovea.fuzz.seed", 1);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "safetensors",
        "torch-zip",
        "torch-legacy",
        "torch-pickle",
        "onnx",
        "keras",
        "keras-archive",
        "keras-config",
        "prototxt",
        "caffemodel",
        "darknet-cfg",
        "darknet-weights",
        "tflite",
        "json",
        "reference",
        "image",
        "image-list",
        "idx-images",
        "idx-labels",
        "medmnist",
        "picture-archive"
      })
  void damagedFilesAreReadOrRefusedInOneLine(String name) {
    FuzzTargets.Target target = Objects.requireNonNull(FuzzTargets.all(folder).get(name));
    Fuzz.Outcome o = target.fuzz().run(new Mutator(target.seeds(), SEED), 0, MUTANTS);
    System.out.println(o.line(name));
    assertThat(o.findings()).as("%s, seed %d", name, SEED).isEmpty();
    assertThat(o.refused()).isPositive();
  }

  /** A check that nothing can fail would find nothing: whole files are read, and all are listed. */
  @Test
  void everyTargetReadsItsWholeFiles() {
    Map<String, FuzzTargets.Target> all = FuzzTargets.all(folder);
    all.forEach((name, target) -> {
      for (byte[] seed : target.seeds()) {
        target.fuzz().write(seed);
        target.fuzz().reader().read(target.fuzz().file());
      }
    });
    assertThat(all).hasSize(21);
  }

  /** The harness itself reports what is no line, what takes long and what takes much. */
  @Test
  void findsWhatIsWrong() {
    Mutator mutator = new Mutator(java.util.List.of(new byte[] {1, 2, 3}), SEED);
    Path file = folder.resolve("x");
    Fuzz other =
        new Fuzz(
            "other",
            file,
            f -> {
              throw new IllegalStateException("bad");
            });
    assertThat(other.run(mutator, 0, 1).findings().get(0)).contains("IllegalStateException");
    Fuzz lines =
        new Fuzz(
            "lines",
            file,
            f -> {
              throw new dev.fovea.tensor.FoveaException("a\nb");
            });
    assertThat(lines.run(mutator, 0, 1).findings()).hasSize(1);
    Fuzz large = new Fuzz("large", file, f -> assertThat(new byte[600 << 20]).isNotNull());
    assertThat(large.run(mutator, 0, 1).findings().get(0)).contains("MiB");
  }
}
