package dev.fovea.formats;

import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that cannot be read as what it claims to be, or needs what Fovea does not have. */
public final class FormatException extends FoveaException {
  private static final long serialVersionUID = 1L;

  /** Creates a failure with a one-line message. */
  public FormatException(String message) {
    super(message);
  }

  /** Creates a failure with a one-line message and the exception that led to it. */
  public FormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Returns this failure with the name of the file before its message. */
  public FormatException in(Path file) {
    return new FormatException(file.getFileName() + ": " + getMessage(), this);
  }
}
