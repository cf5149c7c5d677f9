package dev.fovea.simd;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.train.testing.TrainingContract;
import java.util.List;

/** Training with the vector kernels. */
final class SimdTrainingTest extends TrainingContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("simd").chain();
  }
}
