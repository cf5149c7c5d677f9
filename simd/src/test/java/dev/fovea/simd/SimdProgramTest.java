package dev.fovea.simd;

import dev.fovea.engine.compile.testing.ProgramContract;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import java.util.List;

/** Whole programs with the vector kernels. */
final class SimdProgramTest extends ProgramContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("simd").chain();
  }
}
