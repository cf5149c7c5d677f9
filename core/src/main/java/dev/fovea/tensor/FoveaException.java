package dev.fovea.tensor;

import org.jspecify.annotations.Nullable;

/**
 * An error caused by what the user passed in: a shape, a file, an option.
 *
 * <p>The message is one line that says what failed, where, what arrived and what would be right.
 * The command prints it without a stack trace and exits with code 2.
 */
public class FoveaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates a failure with a one-line message. */
  public FoveaException(String message) {
    super(message);
  }

  /** Creates a failure with a one-line message and the exception that led to it. */
  public FoveaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
