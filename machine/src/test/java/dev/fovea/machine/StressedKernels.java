package dev.fovea.machine;

import dev.fovea.simd.Micro;
import dev.fovea.tensor.Rng;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls kernels on arrays of the heap from two threads while garbage is collected: a program of its
 * own, whose collector its caller chooses.
 */
final class StressedKernels {
  private static final int K = 64;
  private static final int ROWS = 6;
  private static final long NANOS = 300_000_000;

  private static final int W = ROWS * K;

  private static final List<Kind> KINDS =
      List.of(
          (m, f, y) -> m.product(ROWS, K, f, 0, K, f, W, f, 0, true, y, 0, m.columns()),
          (m, f, y) -> m.productAdd(ROWS, K, f, 0, K, f, W, f, 0, true, f, 0, y, 0, m.columns()),
          (m, f, y) -> m.rows(ROWS, K, f, 0, offsets(), 0, f, W, y, 0),
          (m, f, y) -> m.gather(ROWS, K, f, offsets(), 0, places(), f, W, y, 0),
          (m, f, y) -> m.outer(ROWS, K, f, 0, ROWS, f, W, m.columns(), y, 0));

  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();

  private StressedKernels() {}

  /** Says whether all results were right. */
  public static void main(String[] args) throws InterruptedException {
    StressedKernels all = new StressedKernels();
    Thread[] threads = {new Thread(() -> all.compute(1)), new Thread(() -> all.compute(2))};
    for (Thread t : threads) {
      t.start();
    }
    for (Thread t : threads) {
      while (t.isAlive()) {
        System.gc();
        t.join(1);
      }
    }
    System.out.println(all.wrong.get() == 0 && all.calls.get() > 0 ? "all right" : "wrong");
  }

  private void compute(int seed) {
    Shapes s = Shapes.ofFloats().toList().getLast();
    Micro micro = s.micro();
    int n = micro.columns();
    Micro plain = PlainMicro.ofFloats(n);
    float[] first = numbers(new Rng(seed), K * (ROWS + n));
    List<float[]> expected = KINDS.stream().map(kind -> sums(kind, plain, first)).toList();
    long end = System.nanoTime() + NANOS;
    while (System.nanoTime() < end) {
      // New arrays each time, which a collector moves while kernels are called.
      float[] f = numbers(new Rng(seed), K * (ROWS + n));
      for (int i = 0; i < KINDS.size(); i++) {
        calls.incrementAndGet();
        if (!Arrays.equals(sums(KINDS.get(i), micro, f), expected.get(i))) {
          wrong.incrementAndGet();
        }
      }
    }
  }

  /** A kind of kernel, which makes a tile of sums of numbers: rows first, the panel behind them. */
  @FunctionalInterface
  private interface Kind {
    void run(Micro micro, float[] f, float[] y);
  }

  private static float[] sums(Kind kind, Micro micro, float[] f) {
    float[] y = new float[ROWS * micro.columns()];
    kind.run(micro, f, y);
    return y;
  }

  /** Returns where rows begin, as kernels take it. */
  private static float[] offsets() {
    float[] o = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      o[r] = Float.intBitsToFloat(r * K);
    }
    return o;
  }

  private static int[] places() {
    int[] t = new int[K];
    Arrays.setAll(t, i -> i);
    return t;
  }

  private static float[] numbers(Rng rng, int n) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = rng.nextFloat(-1, 1);
    }
    return f;
  }
}
