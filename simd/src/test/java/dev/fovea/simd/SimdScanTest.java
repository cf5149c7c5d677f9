package dev.fovea.simd;

import dev.fovea.engine.compile.testing.ScanContract;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import java.util.List;

/** Scans with the vector kernels. */
final class SimdScanTest extends ScanContract {
  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("simd").chain();
  }
}
