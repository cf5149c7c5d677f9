package dev.fovea.cli;

import static dev.fovea.nn.Layers.conv2d;

import dev.fovea.nn.Model;
import dev.fovea.runtime.Engine;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;

/** A quick measurement of a convolution. */
final class Speed {
  /** What is measured, in words. */
  static final String CASE = "3×3, 128 to 128 channels, 28×28";

  /** About how long one measurement takes. */
  static final Duration MOMENT = Duration.ofMillis(120);

  /** The longest time of a measurement, in nanoseconds. */
  private static final long PATIENCE = 3_000_000_000L;

  private static final int CHANNELS = 128;
  private static final int SIZE = 28;

  private Speed() {}

  /** Returns the GFLOP/s of the convolution on this number of threads, the best of some runs. */
  static double convolution(int threads) {
    Shape input = Shape.of(SIZE, SIZE, CHANNELS);
    Engine engine = Engine.ofThreads(threads);
    try {
      Model model = Model.build(conv2d(CHANNELS, 3).same().noBias(), input, Seed.of(1), engine);
      Tensor batch = Tensor.zeros(input.prepend(1));
      Arrays.fill(batch.data(), 0.5f);
      double flops = 2.0 * 9 * CHANNELS * CHANNELS * SIZE * SIZE;
      return flops / fastest(model, batch);
    } finally {
      engine.workers().close();
    }
  }

  /** Runs until no run has been clearly faster for a moment: code is compiled while it runs. */
  private static double fastest(Model model, Tensor batch) {
    long begin = System.nanoTime();
    long start = begin;
    long improved = begin;
    double best = Double.POSITIVE_INFINITY;
    while (start - improved < MOMENT.toNanos() && start - begin < PATIENCE) {
      model.run(batch);
      long now = System.nanoTime();
      double took = now - start;
      improved = took < 0.9 * best ? now : improved;
      best = Math.min(best, took);
      start = now;
    }
    return best;
  }
}
