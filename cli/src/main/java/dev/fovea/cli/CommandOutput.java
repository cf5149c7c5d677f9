package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The command's output, which remembers whether it could be written. */
final class CommandOutput extends FilterOutputStream {
  private @Nullable IOException failure;

  CommandOutput(OutputStream out) {
    super(out);
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /** Returns whether output was lost; a reader that wants no more, as {@code head}, is no loss. */
  synchronized boolean isLost() {
    return failure != null && !reason().toLowerCase(Locale.ROOT).contains("broken pipe");
  }

  /** Returns why output was lost. */
  synchronized String reason() {
    return failure == null ? "" : AtomicFiles.reason(failure);
  }
}
