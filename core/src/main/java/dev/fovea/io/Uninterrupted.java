package dev.fovea.io;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Work on files that an interrupted thread finishes all the same: Java closes the channels that
 * such a thread uses. The thread is interrupted again afterwards.
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /** What is done with files; done anew where an interruption closed a file meanwhile. */
  @FunctionalInterface
  interface Work<T> {
    T call() throws IOException;
  }

  static <T> T finish(Work<T> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.call();
        } catch (ClosedByInterruptException e) {
          interrupted = true;
          boolean _ = Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
