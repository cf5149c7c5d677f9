package dev.fovea.simd;

import dev.fovea.compile.testing.ProgramContract;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.kernel.Providers;
import java.util.List;

/** Whole programs with the vector kernels. */
final class SimdProgramTest extends ProgramContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("simd").chain();
  }
}
