package dev.fovea.formats;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The error of a file that is not in its format or needs something that is not supported. */
public final class FormatException extends FoveaException {
  private static final long serialVersionUID = 1L;

  /** The most characters of a message: names in files may be of any length. */
  private static final int LONGEST = 2000;

  /** Creates an error with a message, which is reduced to one line. */
  public FormatException(String message) {
    super(line(message));
  }

  /** Creates a failure with a one-line message and the exception that led to it. */
  public FormatException(String message, @Nullable Throwable cause) {
    super(line(message), cause);
  }

  private static String line(String message) {
    return Text.cut(Text.oneLine(message), LONGEST);
  }

  /** Returns this error with the name of the file before its message. */
  public FormatException in(Path file) {
    return new FormatException(file.getFileName() + ": " + getMessage(), this);
  }
}
