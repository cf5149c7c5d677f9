package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.ConvolutionAlgorithm;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.kernel.testing.KernelContract;

/** The vector kernels, at the width that the property {@code fovea.vector.bits} names. */
final class SimdKernelTest extends KernelContract {
  private final KernelProvider simd = new SimdProvider().with(ConvolutionAlgorithm.ofProperty());

  @Override
  protected KernelProvider provider() {
    assertThat(simd.problem()).isEmpty();
    return simd;
  }
}
