package dev.fovea.engine.kernel;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Measures how fast code becomes: it is compiled while it runs. */
public final class Fastest {
  /** The longest time of a measurement, in nanoseconds. */
  private static final long PATIENCE = 3_000_000_000L;

  /** A shorter time than this part of the shortest so far is a gain. */
  private static final double GAIN = 0.9;

  private Fastest() {}

  /**
   * Runs until no run has been clearly faster than all before it for a while, or three seconds have
   * passed, and returns the nanoseconds of the fastest.
   *
   * @param quiet how long no gain of a tenth ends the measurement
   */
  public static double nanos(Duration quiet, Runnable run) {
    return nanos(quiet, run, System::nanoTime);
  }

  /**
   * Measures by a clock.
   *
   * @param clock tells nanoseconds
   */
  static double nanos(Duration quiet, Runnable run, LongSupplier clock) {
    long begin = clock.getAsLong();
    long start = begin;
    long improved = begin;
    double best = Double.POSITIVE_INFINITY;
    do {
      run.run();
      long now = clock.getAsLong();
      double took = Math.max(1, now - start);
      improved = took < GAIN * best ? now : improved;
      best = Math.min(best, took);
      start = now;
    } while (start - improved < quiet.toNanos() && start - begin < PATIENCE);
    return best;
  }
}
