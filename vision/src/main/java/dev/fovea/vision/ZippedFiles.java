package dev.fovea.vision;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Opens and closes zip files. */
final class ZippedFiles {
  private ZippedFiles() {}

  /**
   * Opens a zip file.
   *
   * @param what what it should be, for messages
   * @throws FoveaException if there is none, or it is none
   */
  static ZipFile open(Path file, String what) {
    if (!Files.isRegularFile(file)) {
      throw new FoveaException(file + ": no such file, expected " + what);
    }
    try {
      return new ZipFile(file.toFile());
    } catch (ZipException | IllegalArgumentException e) {
      throw new FoveaException(file + ": not " + what + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  static void close(Path file, ZipFile zip) {
    try {
      zip.close();
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be closed: " + AtomicFiles.reason(e), e);
    }
  }
}
