package dev.fovea.serve.batch;

import dev.fovea.tensor.FoveaException;

/** A request that was not computed, and never will be: it may be sent again. */
public final class RefusedException extends FoveaException {
  private static final long serialVersionUID = 1L;

  /** Why a request is refused. */
  public enum Reason {
    /** As much waits as may. */
    QUEUE_FULL,
    /** Its time was over before its turn had come. */
    DEADLINE,
    /** The batcher has been closed. */
    CLOSED
  }

  private final Reason reason;

  /** Creates a refusal with a one-line message. */
  RefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
