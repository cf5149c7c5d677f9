package dev.fovea.serve.http;

import dev.fovea.tensor.FoveaException;
import org.jspecify.annotations.Nullable;

/** A request that is answered with an error status and one line. */
public final class HttpException extends FoveaException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** Creates an answer of a status, such as 404, with one line that says why. */
  public HttpException(int status, String message) {
    this(status, message, null);
  }

  /** Creates an answer of a status with the exception that led to it. */
  public HttpException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** Returns the status. */
  public int status() {
    return status;
  }
}
