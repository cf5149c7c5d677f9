package dev.fovea.simd;

import dev.fovea.engine.compile.testing.FuzzContract;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import java.util.List;

/** Random graphs with the vector kernels. */
final class SimdFuzzTest extends FuzzContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("simd").chain();
  }
}
