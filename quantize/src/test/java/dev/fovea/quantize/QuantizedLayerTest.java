package dev.fovea.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.op.Source;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class QuantizedLayerTest {
  /**
   * Per channel, every weight lies at most half a step beside its own; a dead channel's bias stays.
   */
  @Test
  void weightsAndBiasesLieOnTheirSteps() {
    Tensor w = Tensor.of(Shape.of(2, 3), 0.5f, -2, 0, -0.25f, 1, 0);
    Tensor b = Tensor.of(Shape.of(3), 0.1f, -0.2f, 7);
    QuantizedLayer q = QuantizedLayer.of(w, b, 0.01f);
    byte[] steps = ((Source.Bytes) q.bytes().input(0).op()).data();
    float[] scale = ((Source.Constant) q.scale().op()).tensor().data();
    float[] bias = ((Source.Constant) Objects.requireNonNull(q.bias()).op()).tensor().data();
    assertThat(steps).containsExactly(127, -127, 0, -64, 64, 0);
    assertThat(scale[0]).isEqualTo(0.5f / 127);
    for (int c = 0; c < 3; c++) {
      assertThat(bias[c]).isEqualTo((float) Math.rint(bias[c]));
      assertThat(bias[c] * 0.01f * scale[c])
          .isCloseTo(b.data()[c], within(0.005f * scale[c] + 1e-6f));
    }
  }
}
