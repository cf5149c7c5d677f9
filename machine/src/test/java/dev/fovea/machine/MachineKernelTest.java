package dev.fovea.machine;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.kernel.testing.KernelContract;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.op.Contraction;
import dev.fovea.op.Quantized;

/**
 * The contractions, of floats and of bytes, with micro-kernels in machine code, where this machine
 * can run it.
 */
final class MachineKernelTest extends KernelContract {
  private final KernelProvider provider = Providers.choose("simd").chosen();

  @Override
  protected boolean concerns(OpCase c) {
    return c.op() instanceof Contraction || c.op() instanceof Quantized.Conv2d;
  }

  @Override
  protected KernelProvider provider() {
    return provider;
  }
}
