package dev.fovea.simd;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.nn.testing.LayerContract;
import java.util.List;

/** The layers with the vector kernels. */
final class SimdLayersTest extends LayerContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("simd").chain();
  }
}
