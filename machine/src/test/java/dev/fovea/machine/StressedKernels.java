package dev.fovea.machine;

import dev.fovea.simd.Micro;
import dev.fovea.tensor.Rng;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls kernels on arrays of the heap from two threads while garbage is collected: a program of its
 * own, whose collector its caller chooses.
 */
final class StressedKernels {
  private static final int K = 64;
  private static final int ROWS = 6;
  private static final long NANOS = 300_000_000;

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
    float[] expected = product(PlainMicro.ofFloats(n), numbers(new Rng(seed), K * (ROWS + n)));
    long end = System.nanoTime() + NANOS;
    while (System.nanoTime() < end) {
      // New arrays each time, which a collector moves while kernels are called.
      float[] computed = product(micro, numbers(new Rng(seed), K * (ROWS + n)));
      calls.incrementAndGet();
      if (!Arrays.equals(computed, expected)) {
        wrong.incrementAndGet();
      }
    }
  }

  private static float[] product(Micro micro, float[] f) {
    int n = micro.columns();
    float[] y = new float[ROWS * n];
    micro.product(ROWS, K, f, 0, K, f, ROWS * K, f, 0, true, y, 0, n);
    return y;
  }

  private static float[] numbers(Rng rng, int n) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = rng.nextFloat(-1, 1);
    }
    return f;
  }
}
