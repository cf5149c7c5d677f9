package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.KernelContract;

/** The vector kernels, at the width that the property {@code fovea.vector.bits} names. */
final class SimdKernelTest extends KernelContract {
  private final KernelProvider simd = new SimdProvider();

  @Override
  protected KernelProvider provider() {
    assertThat(simd.problem()).isEmpty();
    return simd;
  }
}
