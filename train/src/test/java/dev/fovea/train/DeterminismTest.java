package dev.fovea.train;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.train.testing.TrainingContract;
import java.util.List;

/** Training with the kernels that are the specification. */
final class DeterminismTest extends TrainingContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("scalar").chain();
  }
}
