package dev.fovea.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far two threads are apart: the time of a message from one to the other and back through
 * memory.
 *
 * <p>Some 70 ns where both processors share a cache, several times as long where they do not; a
 * virtual machine's host may move them from one to the other at any time.
 */
final class RoundTrip {
  /** How long to measure: where other programs keep processors busy, a message may take long. */
  private static final long NANOS = 100_000_000;

  private static final int MESSAGES = 1_000;
  private static final long END = -1;

  /** Places two cache lines apart. */
  private static final int THERE = 16;

  private static final int BACK = 32;

  private final AtomicLongArray lines = new AtomicLongArray(48);

  private RoundTrip() {}

  /** Returns the nanoseconds there and back, the least mean of a thousand in a row. */
  static double nanoseconds() {
    RoundTrip trip = new RoundTrip();
    Thread other = Thread.ofPlatform().daemon().start(trip::answer);
    double least = Double.POSITIVE_INFINITY;
    long message = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < NANOS) {
      long begin = System.nanoTime();
      for (int j = 0; j < MESSAGES; j++) {
        trip.send(++message);
      }
      least = Math.min(least, (double) (System.nanoTime() - begin) / MESSAGES);
    }
    trip.lines.set(THERE, END);
    MachineLimits.join(other);
    return least;
  }

  private void send(long message) {
    lines.set(THERE, message);
    while (lines.get(BACK) != message) {
      Thread.onSpinWait();
    }
  }

  private void answer() {
    long last = 0;
    while (last != END) {
      long message = lines.get(THERE);
      if (message == last) {
        Thread.onSpinWait();
      } else {
        last = message;
        lines.set(BACK, message);
      }
    }
  }
}
