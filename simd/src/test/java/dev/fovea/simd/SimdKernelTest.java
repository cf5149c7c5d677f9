package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.KernelContract;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.op.Contraction;
import dev.fovea.op.ConvolutionAlgorithm;
import java.util.Arrays;

/** The vector kernels, at the width that the property {@code fovea.vector.bits} names. */
final class SimdKernelTest extends KernelContract {
  private static final boolean FORCED =
      ConvolutionAlgorithm.ofProperty() == ConvolutionAlgorithm.WINOGRAD;

  private final KernelProvider simd = new SimdProvider().with(ConvolutionAlgorithm.ofProperty());

  /** Where Winograd's convolution is forced all but convolutions is as without. */
  @Override
  protected boolean concerns(OpCase c) {
    boolean convolution = c.op() instanceof Contraction && !(c.op() instanceof Contraction.MatMul);
    return !FORCED || convolution;
  }

  /**
   * Winograd's convolution takes each result from sums and differences over a whole tile, so that
   * its errors are those of the tile's largest numbers: 3.5 times the definition's there, as {@link
   * WinogradTest#errsLittle} asserts on average. The model of costs leaves such small layers to the
   * definition; this is for runs in which Winograd's convolution is forced.
   */
  @Override
  protected double[] allowed(OpCase c, double[] usual) {
    if (!FORCED || !c.name().contains("tiles")) {
      return usual;
    }
    double most = 3.5 * Arrays.stream(usual).max().orElse(0);
    return Arrays.stream(usual).map(_ -> most).toArray();
  }

  @Override
  protected KernelProvider provider() {
    assertThat(simd.problem()).isEmpty();
    return simd;
  }
}
