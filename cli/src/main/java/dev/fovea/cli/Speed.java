package dev.fovea.cli;

import static dev.fovea.nn.Layers.conv2d;

import dev.fovea.nn.Model;
import dev.fovea.runtime.Engine;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/** A quick measurement of a convolution. */
final class Speed {
  /** What is measured, in words. */
  static final String CASE = "3×3, 128 to 128 channels, 28×28";

  /** About how long one measurement takes, in nanoseconds. */
  static final long MOMENT = 250_000_000L;

  private static final int CHANNELS = 128;
  private static final int SIZE = 28;

  private Speed() {}

  /** Returns the GFLOP/s of the convolution on this number of threads, the best of some runs. */
  static double convolution(int threads) {
    Shape input = Shape.of(SIZE, SIZE, CHANNELS);
    Engine engine = Engine.ofThreads(threads);
    try {
      Model model =
          Model.build(conv2d(CHANNELS, 3).same().noBias(), input, Seed.of(1), engine);
      Tensor batch = Tensor.zeros(input.prepend(1));
      Arrays.fill(batch.data(), 0.5f);
      double flops = 2.0 * 9 * CHANNELS * CHANNELS * SIZE * SIZE;
      return flops / fastest(model, batch);
    } finally {
      engine.workers().close();
    }
  }

  private static double fastest(Model model, Tensor batch) {
    long end = System.nanoTime() + MOMENT;
    double best = Double.POSITIVE_INFINITY;
    long start = System.nanoTime();
    do {
      model.run(batch);
      long now = System.nanoTime();
      best = Math.min(best, now - start);
      start = now;
    } while (start < end);
    return best;
  }
}
