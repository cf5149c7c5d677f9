package dev.fovea.cli;

import java.io.FileDescriptor;
import java.lang.reflect.Field;

/**
 * Where errors go: past the filter that the launcher puts before the error output of the JVM.
 *
 * <p>The filter takes out the JVM's warning that the Vector API is incubating. It runs beside the
 * command, so what passes it may arrive after the command has ended; the command's own errors must
 * not. So the launcher hands on the unfiltered output under another number. The JDK has no door for
 * inherited descriptors other than 0, 1 and 2, and opening them by name loses the position in a
 * file.
 */
final class ErrorStream {

  private ErrorStream() {}

  /** Makes {@code System.err} write to the descriptor in {@code fovea.stderr}, if there is one. */
  static void install() {
    Integer descriptor = Integer.getInteger("fovea.stderr");
    if (descriptor == null) {
      return;
    }
    try {
      Field number = FileDescriptor.class.getDeclaredField("fd");
      number.setAccessible(true);
      number.setInt(FileDescriptor.err, descriptor);
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Errors then take the way through the filter.
    }
  }
}
