package dev.fovea.simd;

import dev.fovea.compile.testing.FuzzContract;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.kernel.Providers;
import java.util.List;

/** Random graphs with the vector kernels. */
final class SimdFuzzTest extends FuzzContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("simd").chain();
  }
}
