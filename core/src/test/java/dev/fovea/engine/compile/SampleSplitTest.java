package dev.fovea.engine.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Normalization;
import dev.fovea.op.ParameterStore;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SampleSplitTest {
  private static final int SAMPLES = 16;
  private static final Compiler COMPILER = new Compiler(Providers.choose("scalar").chain());

  private static Value images(int samples, int side, int channels) {
    return Source.Input.sample(0, Shape.of(samples, side, side, channels));
  }

  private static Value convolved(Value x, int filters) {
    Value w =
        Value.of(
            new Source.Parameter(
                ParameterStore.NONE, "w" + filters, Shape.of(3, 3, x.shape().dim(3), filters)));
    Window2d window = Window2d.of(3, 3).padding(1, 1, 1, 1);
    return Value.of(new Contraction.Conv2d(window, 1), x, w).activate(Activation.RELU);
  }

  private static int atOnce(Value output, int samples) {
    return COMPILER.samplesAtOnce(Graph.of(List.of(), List.of(output)), samples);
  }

  @Test
  void imagesThatFillTheCacheAreTakenAFewAtATime() {
    // A step reads and writes 2 MiB a sample: 4 of them stay within 8 MiB, and weights are small.
    assertThat(atOnce(convolved(images(SAMPLES, 64, 64), 64), SAMPLES)).isEqualTo(4);
    // 32 KiB a sample: 16 stay within 512 KiB.
    assertThat(atOnce(convolved(images(64, 16, 16), 16), 64)).isEqualTo(16);
    // At 32 MiB a sample a quarter of one stays in the cache, which saves more than weights cost.
    assertThat(atOnce(convolved(images(4, 256, 64), 64), 4)).isEqualTo(1);
  }

  @Test
  void halfOfABatchIsLeftToAnotherThread() {
    assertThat(atOnce(convolved(images(SAMPLES, 8, 16), 16), SAMPLES)).isEqualTo(SAMPLES / 2);
    assertThat(atOnce(convolved(images(3, 8, 16), 16), 3)).isEqualTo(2);
    assertThat(atOnce(convolved(images(2, 8, 16), 16), 2)).isEqualTo(1);
    assertThat(atOnce(convolved(images(1, 8, 16), 16), 1)).isEqualTo(1);
  }

  @Test
  void largeWeightsKeepSamplesTogether() {
    Value x = images(SAMPLES, 64, 64);
    Value flat = x.reshape(Shape.of(SAMPLES, 64 * 64 * 64));
    Value w = Value.of(new Source.Parameter(ParameterStore.NONE, "w", Shape.of(64 * 64 * 64, 256)));
    assertThat(atOnce(flat.matmul(w), SAMPLES)).isEqualTo(SAMPLES / 2);
  }

  @Test
  void samplesThatDependOnEachOtherStayTogether() {
    Value y = convolved(images(SAMPLES, 64, 64), 64);
    Value c = Value.of(new Source.Parameter(ParameterStore.NONE, "c", Shape.of(64)));
    Value moments = Value.of(new Normalization.BatchMoments(), y);
    Value norm = Value.of(new Normalization.BatchNorm(0.1f), y, moments, c, c);
    assertThat(atOnce(norm, SAMPLES)).isEqualTo(SAMPLES);
    assertThat(atOnce(y.minus(y.sum(0)), SAMPLES)).isEqualTo(SAMPLES);
    assertThat(atOnce(y.transpose(1, 0, 2, 3), SAMPLES)).isEqualTo(SAMPLES);
    assertThat(atOnce(y.plus(y.slice(0, 3, 1)), SAMPLES)).isEqualTo(SAMPLES);
    Value rows = y.reshape(Shape.of(SAMPLES, 64 * 64 * 64));
    Value similar = Value.of(new Contraction.MatMul(false, true), rows, rows);
    assertThat(atOnce(similar, SAMPLES)).isEqualTo(SAMPLES);
  }
}
