package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads whole files up to a limit of size. */
public final class FileBytes {
  private static final int LONGEST = Integer.MAX_VALUE - 8;

  private FileBytes() {}

  /**
   * Returns the bytes of a file. The size that the system reports is not trusted, since devices and
   * growing files have more.
   *
   * @param most the largest number of bytes allowed
   * @throws FoveaException if it is a folder, cannot be read or is longer
   */
  public static byte[] read(Path file, long most) {
    if (Files.isDirectory(file)) {
      throw new FoveaException(file + ": a folder, expected a file");
    }
    int limit = (int) Math.min(most, LONGEST - 1);
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      byte[] bytes = size > limit ? new byte[0] : in.readNBytes(limit + 1);
      if (size > limit || bytes.length > limit) {
        String claimed = size > limit ? size + "" : "more than " + limit;
        throw new FoveaException(
            "%s: has %s bytes, at most %s are read".formatted(file, claimed, limit));
      }
      return bytes;
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }
}
