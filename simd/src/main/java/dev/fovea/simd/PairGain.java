package dev.fovea.simd;

import dev.fovea.engine.kernel.Fastest;
import dev.fovea.engine.kernel.Span;
import java.time.Duration;
import java.util.Arrays;

/**
 * How many times as fast micro-kernels multiply pairs of bfloat16 as floats: a tile whose operands
 * lie in the nearest caches, as often as is needed.
 *
 * <p>What rounding factors costs is not in it.
 */
final class PairGain {
  /** Products of a sum. */
  private static final int PRODUCTS = 256;

  private static final int CALLS = 64;

  private PairGain() {}

  /**
   * Measures on the calling thread.
   *
   * @param quiet how long no gain ends each of two measurements
   */
  static double measure(Micro floats, PairMicros pairs, Duration quiet) {
    return perProduct(floats, PRODUCTS, quiet) / perProduct(pairs.two(), PRODUCTS / 2, quiet);
  }

  /** Returns the time of a product of {@link #PRODUCTS} in k steps. */
  private static double perProduct(Micro micro, int k, Duration quiet) {
    int m = micro.maxProductRows();
    int n = micro.columns();
    Span sums = Span.aligned(m * n);
    Products p = Products.of(ones(m * k), k, ones(k * n), ones(n), sums, n);
    Runnable run =
        () -> {
          for (int i = 0; i < CALLS; i++) {
            micro.product(p, m, k, 0, 0, 0, 0);
          }
        };
    return Fastest.nanos(quiet, run) / ((double) CALLS * m * n * PRODUCTS);
  }

  /** Returns ones, which as pairs are numbers near 1 as well. */
  private static Span ones(int n) {
    Span s = Span.aligned(n);
    Arrays.fill(s.array(), s.offset(), s.offset() + n, Bfloat16.pair(1, 1));
    return s;
  }
}
