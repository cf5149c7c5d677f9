package dev.fovea.compile;

import dev.fovea.compile.testing.FuzzContract;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.kernel.Providers;
import java.util.List;

/** Random graphs with the kernels that are the specification. */
final class ProgramFuzzTest extends FuzzContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("scalar").chain();
  }
}
