package dev.fovea.studio.state;

import dev.fovea.tensor.FoveaException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Work of which one piece is done at a time; what comes meanwhile is refused, not queued. */
public final class OneAtATime {
  private final Semaphore turn = new Semaphore(1);
  private final String busy;

  /**
   * Creates it with nothing under way.
   *
   * @param busy the line with which further work is refused
   */
  public OneAtATime(String busy) {
    this.busy = busy;
  }

  /**
   * Does a piece of work and returns its result.
   *
   * @throws FoveaException if another is under way
   */
  public <T> T alone(Supplier<T> work) {
    if (!turn.tryAcquire()) {
      throw new FoveaException(busy);
    }
    try {
      return work.get();
    } finally {
      turn.release();
    }
  }
}
