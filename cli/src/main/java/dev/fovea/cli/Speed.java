package dev.fovea.cli;

import static dev.fovea.nn.Layers.conv2d;

import dev.fovea.engine.Engine;
import dev.fovea.engine.kernel.Fastest;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * A quick measurement of a convolution.
 *
 * @param peak the most GFLOP/s of one thread, if it could be measured
 * @param one the GFLOP/s of a convolution on one thread
 * @param all the GFLOP/s of a convolution on all threads
 */
record Speed(OptionalDouble peak, double one, double all) {
  /** What is measured, in words. */
  static final String CASE = "5×5, 64 to 64 channels, 28×28";

  private static final Duration MOMENT = Duration.ofMillis(100);

  /** The longest time of all measurements together, in nanoseconds. */
  private static final long PATIENCE = 8_000_000_000L;

  /** Of this size no kernel takes fewer multiplications than the definition: the peak bounds it. */
  private static final int KERNEL = 5;

  private static final int CHANNELS = 64;
  private static final int SIZE = 28;

  /** A speed above this many times the one before is a gain. */
  private static final double GAIN = 1.1;

  /** Below this part of the peak, the convolution still waits for the compiler. */
  private static final double LEAST = 0.25;

  /**
   * Measures in turns until two turns have brought no gain and the speeds agree with one another.
   * The optimising compiler works beside the measurement, on a busy machine for long: what stands
   * still for a moment may yet become many times as fast.
   */
  static Speed measure(Providers kernels, int threads) {
    long begin = System.nanoTime();
    Speed best = turn(kernels, threads);
    int quiet = 0;
    while ((quiet < 2 || !best.isPlausible()) && System.nanoTime() - begin < PATIENCE) {
      Speed next = best.orBetter(turn(kernels, threads));
      quiet = next.gains(best) ? 0 : quiet + 1;
      best = next;
    }
    return best;
  }

  private static Speed turn(Providers kernels, int threads) {
    OptionalDouble peak = kernels.chosen().peakGflops(MOMENT);
    double one = convolution(1);
    return new Speed(peak, one, threads == 1 ? one : convolution(threads));
  }

  /** Returns the higher of the speeds of two turns. */
  Speed orBetter(Speed other) {
    OptionalDouble most =
        peak.isPresent()
            ? OptionalDouble.of(Math.max(peak.getAsDouble(), other.peak.orElse(0)))
            : other.peak;
    return new Speed(most, Math.max(one, other.one), Math.max(all, other.all));
  }

  /** Returns whether any speed is clearly higher than before. */
  boolean gains(Speed before) {
    return peak.orElse(0) > GAIN * before.peak.orElse(0)
        || one > GAIN * before.one
        || all > GAIN * before.all;
  }

  /** Returns whether the convolution is below the peak, but not far below. */
  boolean isPlausible() {
    return peak.isEmpty() || (one <= peak.getAsDouble() && one >= LEAST * peak.getAsDouble());
  }

  private static double convolution(int threads) {
    Shape input = Shape.of(SIZE, SIZE, CHANNELS);
    try (Engine engine = Engine.ofThreads(threads)) {
      Model model =
          Model.build(conv2d(CHANNELS, KERNEL).same().noBias(), input, Seed.of(1), engine);
      Tensor batch = Tensor.zeros(input.prepend(1));
      Arrays.fill(batch.data(), 0.5f);
      double flops = 2.0 * KERNEL * KERNEL * CHANNELS * CHANNELS * SIZE * SIZE;
      return flops / Fastest.nanos(MOMENT, () -> model.run(batch));
    }
  }
}
