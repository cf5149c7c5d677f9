package dev.fovea.bench;

import java.util.ArrayList;
import java.util.List;

/** Times of a step that is done again and again. */
final class StepTimes {
  /** Steps at the beginning of a measurement that are not counted: caches have cooled. */
  private static final int COLD = 2;

  private static final int LEAST = 3;
  private static final int ENOUGH = 20_000;
  private static final double WINDOW = 1;
  private static final int WINDOWS = 3;

  /** A window whose median is below this part of the best before is a gain. */
  private static final double GAIN = 0.97;

  /** The longest warm-up in seconds. */
  static final double PATIENCE = 25;

  private StepTimes() {}

  /** Returns the median time of a step in milliseconds, measured for about so long. */
  static double median(Runnable step, double seconds) {
    for (int i = 0; i < COLD; i++) {
      step.run();
    }
    return window(step, seconds, LEAST);
  }

  /**
   * Repeats a step until its times have settled: three windows of a second or more without a gain
   * in the last two.
   */
  static void warmUp(Runnable step, double patience) {
    long begin = System.nanoTime();
    double best = Double.POSITIVE_INFINITY;
    int quiet = 0;
    for (int i = 0; (i < WINDOWS || quiet < 2) && seconds(begin) < patience; i++) {
      double median = window(step, Math.min(WINDOW, patience), 2);
      quiet = median < GAIN * best ? 0 : quiet + 1;
      best = Math.min(best, median);
    }
  }

  private static double window(Runnable step, double seconds, int least) {
    List<Double> times = new ArrayList<>();
    long begin = System.nanoTime();
    while (times.size() < least || (seconds(begin) < seconds && times.size() < ENOUGH)) {
      long start = System.nanoTime();
      step.run();
      times.add((System.nanoTime() - start) * 1e-6);
    }
    return median(times);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }

  /**
   * Returns the median of some numbers, of an even number the mean of both in the middle; NaN of
   * none.
   */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return n == 0 ? Double.NaN : (sorted.get(n / 2) + sorted.get((n - 1) / 2)) / 2;
  }
}
