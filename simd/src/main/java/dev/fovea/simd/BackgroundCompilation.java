package dev.fovea.simd;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Has kernels compiled by threads that call them as often as the JVM wants before it optimises.
 *
 * <p>The calls are short, so that the whole method is compiled at once and not, for a start, its
 * loop alone; and not so short that C2 would take the loop for a rare one.
 */
final class BackgroundCompilation implements Compilation {
  /** Calls that take a method out of the interpreter. */
  private static final int FIRST_CALLS = 256;

  /** Calls after which C2 is at work on a method, unless it has others to do before. */
  private static final int CALLS = 700;

  /** Compiled code takes less for a multiply-add on two vectors, boxed vectors take far more. */
  private static final double FAST_NANOS = 30;

  /** Calls in a row that must be fast. */
  private static final int FAST_CALLS = 3;

  private static final long NAP_NANOS = 300_000;

  private static final int CALLS_PER_NAP = 16;

  /** What is not urgent begins when a first prediction is likely to have ended. */
  private static final long LATER_MILLIS = 1_000;

  /** Held by the one thread that may burden the compiler with what is not urgent. */
  private final ReentrantLock turn = new ReentrantLock();

  private final Duration patience;

  /**
   * Creates it.
   *
   * @param patience after this time without success (a JVM without C2) a kernel counts as compiled
   */
  BackgroundCompilation(Duration patience) {
    this.patience = patience;
  }

  @Override
  public void begin(boolean urgent, int m, Trial trial, Runnable done) {
    Runnable work = urgent ? () -> compile(m, trial) : () -> compileLater(m, trial);
    Thread thread =
        new Thread(
            () -> {
              work.run();
              done.run();
            },
            "fovea-compilation");
    thread.setDaemon(true);
    thread.start();
  }

  private void compileLater(int m, Trial trial) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LATER_MILLIS));
    turn.lock();
    try {
      compile(m, trial);
    } finally {
      turn.unlock();
    }
  }

  private void compile(int m, Trial trial) {
    long begin = System.nanoTime();
    for (int i = 0; i < FIRST_CALLS; i++) {
      trial.run(2);
    }
    double slow = FAST_NANOS * m * MicroTrial.MOST;
    int fast = 0;
    for (int i = 0; fast < FAST_CALLS; i++) {
      long start = System.nanoTime();
      trial.run(MicroTrial.MOST);
      long end = System.nanoTime();
      fast = end - start < slow ? fast + 1 : 0;
      if (end - begin > patience.toNanos()) {
        return;
      }
      if (i > CALLS && i % CALLS_PER_NAP == 0) {
        LockSupport.parkNanos(NAP_NANOS);
      }
    }
  }
}
