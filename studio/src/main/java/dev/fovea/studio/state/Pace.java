package dev.fovea.studio.state;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * When the next computation for those who watch a training is due: what they cost together is at
 * most 1 % of the time between, whatever the network. As much again is left of the budget of 2 %
 * for what is not measured: checkpoints, requests, and the compiler of the JVM.
 *
 * <p>Each cost c puts the next computation off by c / 0.01, from now or from when it was due
 * anyway, whichever is later. Any threads may share a pace.
 */
public final class Pace {
  /** One part in this many of the time may be used: 1 / 0.01. */
  static final int PARTS = 100;

  private final LongSupplier clock;
  private long due;

  /**
   * Creates a pace by which something is due at once.
   *
   * @param clock nanoseconds from any origin, such as {@link System#nanoTime}
   */
  public Pace(LongSupplier clock) {
    this.clock = clock;
    this.due = clock.getAsLong();
  }

  /** Returns in how many nanoseconds the next computation is due; 0 if it is. */
  public synchronized long untilDue() {
    return Math.max(0, due - clock.getAsLong());
  }

  /** Does what costs time, and puts the next computation off for it, also where it fails. */
  public <T> T measure(Supplier<T> work) {
    long begin = clock.getAsLong();
    try {
      return work.get();
    } finally {
      putOff(begin);
    }
  }

  private synchronized void putOff(long begin) {
    long now = clock.getAsLong();
    due = now + Math.max(0, due - now) + PARTS * (now - begin);
  }
}
