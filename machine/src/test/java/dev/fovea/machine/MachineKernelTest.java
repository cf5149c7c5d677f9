package dev.fovea.machine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.KernelContract;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.op.Contraction;
import dev.fovea.op.Quantized;
import dev.fovea.simd.MicroSource;
import dev.fovea.simd.Micros;
import dev.fovea.simd.SimdProvider;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contractions, of floats and of bytes, with micro-kernels in machine code, where this machine
 * can run it.
 */
final class MachineKernelTest extends KernelContract {
  private final SimdProvider vectors = new SimdProvider();
  private final MicroSource.Offer offer =
      new MachineCode().offer(Micros.VECTORS, vectors.vectorBits());

  @BeforeEach
  void machineCodeRunsHere() {
    assumeTrue(offer.micros().isPresent(), offer.remark());
  }

  @Override
  protected boolean concerns(OpCase c) {
    return c.op() instanceof Contraction || c.op() instanceof Quantized.Conv2d;
  }

  @Override
  protected KernelProvider provider() {
    return vectors.with(offer.micros().orElseThrow());
  }
}
