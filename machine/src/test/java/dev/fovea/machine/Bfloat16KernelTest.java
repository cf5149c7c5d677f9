package dev.fovea.machine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.KernelContract;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.op.Contraction;
import dev.fovea.op.Precision;
import dev.fovea.simd.Bfloat16;
import dev.fovea.simd.Micros;
import dev.fovea.simd.SimdProvider;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contractions in bfloat16, on numbers that have no more bits: results are those of exact
 * products but for roundings of sums.
 */
final class Bfloat16KernelTest extends KernelContract {
  private final SimdProvider vectors = new SimdProvider();
  private final Micros micros =
      new MachineCode().offer(Micros.VECTORS, vectors.vectorBits()).micros().orElse(Micros.VECTORS);

  @BeforeEach
  void thisProcessorHasIt() {
    assumeTrue(micros.pairs().isPresent(), "no AVX512_BF16 here: bfloat16 is not tested");
  }

  @Override
  protected boolean concerns(OpCase c) {
    return micros.pairs().isPresent()
        && c.op() instanceof Contraction
        && provider().kernel(c.signature()).filter(k -> k.algorithm().endsWith("bf16")).isPresent();
  }

  @Override
  protected float[] given(float[] input) {
    float[] rounded = new float[input.length];
    for (int i = 0; i < input.length; i++) {
      rounded[i] = Bfloat16.first(Bfloat16.pair(input[i], 0));
    }
    return rounded;
  }

  @Override
  protected KernelProvider provider() {
    return vectors.with(micros).with(Precision.BFLOAT16);
  }
}
