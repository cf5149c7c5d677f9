package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Which images are spread by rows of the window. */
final class PatchSpreadKernelTest {
  private static boolean suits(int size, int inner) {
    ConvTranspose2d op = new ConvTranspose2d(Window2d.of(5, 5), 1, size + 4, size + 4);
    return PatchSpreadKernel.suits(op, Shape.of(8, size, size, inner), Shape.of(5, 5, 6, inner));
  }

  /** The result is as small as before; what is turned is 16 · 16 · 800 floats, 0.8 MB. */
  @Test
  void turnedImagesThatFillACacheAreLeftToOthers() {
    assertThat(suits(10, 64)).isTrue();
    assertThat(suits(16, 64)).isTrue();
    assertThat(suits(16, 800)).isFalse();
  }
}
