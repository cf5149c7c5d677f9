package dev.fovea.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.KernelContract;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.op.Contraction;
import dev.fovea.op.Precision;
import dev.fovea.simd.Bfloat16;
import dev.fovea.simd.Micros;
import dev.fovea.simd.PairMicros;
import dev.fovea.simd.PairRounding;
import dev.fovea.simd.SimdProvider;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The contractions in bfloat16, on numbers that have no more bits: results are those of exact
 * products but for roundings of sums. Processors without AVX512_BF16 compute them by plain loops.
 */
final class Bfloat16KernelTest extends KernelContract {
  private final SimdProvider vectors = new SimdProvider();
  private final Micros micros =
      new MachineCode()
          .offer(Micros.VECTORS, vectors.vectorBits())
          .micros()
          .filter(m -> m.pairs().isPresent())
          .orElseGet(Bfloat16KernelTest::plain);

  /** Returns the specification of products of pairs beside the vectors. */
  private static Micros plain() {
    Micros v = Micros.VECTORS;
    PairMicros pairs =
        new PairMicros(
            PlainMicro.ofPairs(v.two().columns()),
            PlainMicro.ofPairs(v.one().columns()),
            new PlainRounding());
    return new Micros(v.two(), v.one(), v.windows(), v.bytes(), Optional.of(pairs), v.rows());
  }

  /** Makes pairs number by number. */
  private static final class PlainRounding implements PairRounding {
    @Override
    public void neighbours(int rows, int n, float[] x, int xo, int xs, float[] y, int yo, int ys) {
      Bfloat16.neighbours(rows, n, x, xo, xs, y, yo, ys);
    }

    @Override
    public void lines(int lines, int n, float[] x, int xo, int xs, float[] y, int yo, int ys) {
      Bfloat16.lines(lines, n, x, xo, xs, y, yo, ys);
    }
  }

  /** How large it is depends on the machine. */
  @Test
  void theGainIsMeasuredWhereThereArePairs() {
    Duration moment = Duration.ofMillis(1);
    assertThat(vectors.with(micros).gainOfBfloat16(moment).orElseThrow()).isPositive().isFinite();
    assertThat(vectors.with(Micros.VECTORS).gainOfBfloat16(moment)).isEmpty();
  }

  @Override
  protected boolean concerns(OpCase c) {
    return c.op() instanceof Contraction
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
