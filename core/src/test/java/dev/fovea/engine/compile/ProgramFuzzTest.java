package dev.fovea.engine.compile;

import dev.fovea.engine.compile.testing.FuzzContract;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import java.util.List;

/** Random graphs with the kernels that are the specification. */
final class ProgramFuzzTest extends FuzzContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("scalar").chain();
  }
}
