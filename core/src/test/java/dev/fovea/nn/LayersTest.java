package dev.fovea.nn;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.nn.testing.LayerContract;
import java.util.List;

/** The layers with the kernels that are the specification. */
final class LayersTest extends LayerContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("scalar").chain();
  }
}
