package dev.fovea.simd;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.KernelContract;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.op.Contraction;
import dev.fovea.op.ConvolutionAlgorithm;
import java.util.Arrays;
import java.util.Optional;

/**
 * The contract of kernels for Winograd's convolution wherever it can compute, at the width that the
 * property {@code fovea.vector.bits} names. All other kernels are as without: {@link
 * SimdKernelTest} has them.
 */
final class ForcedWinogradTest extends KernelContract {
  private final KernelProvider simd = new SimdProvider().with(ConvolutionAlgorithm.WINOGRAD);

  @Override
  protected boolean concerns(OpCase c) {
    if (!(c.op() instanceof Contraction)) {
      return false;
    }
    Optional<Kernel> kernel = simd.kernel(c.signature());
    return kernel.filter(ForcedWinogradTest::isWinograd).isPresent()
        || simd.layout(c.signature(), true).flatMap(WinogradWeights::tile).isPresent();
  }

  private static boolean isWinograd(Kernel kernel) {
    return kernel instanceof WinogradKernel || kernel instanceof WinogradGradientKernel;
  }

  /**
   * Winograd's convolution takes each result from sums and differences over a whole tile, so that
   * its errors are those of the tile's largest numbers: 3.5 times the definition's there, as {@link
   * WinogradTest#errsLittle} asserts on average. The model of costs leaves such small layers to the
   * definition.
   */
  @Override
  protected double[] allowed(OpCase c, double[] usual) {
    if (!c.name().contains("tiles")) {
      return usual;
    }
    double most = 3.5 * Arrays.stream(usual).max().orElse(0);
    return Arrays.stream(usual).map(_ -> most).toArray();
  }

  @Override
  protected KernelProvider provider() {
    return simd;
  }
}
