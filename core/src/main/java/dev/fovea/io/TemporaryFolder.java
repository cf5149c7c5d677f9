package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A new folder that is deleted, with all that it holds, when it is closed, unless it was moved away
 * before.
 */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes a folder where the system keeps temporary files.
   *
   * @param prefix what its name begins with
   * @throws FoveaException if it cannot be made
   */
  public static TemporaryFolder create(String prefix) {
    try {
      return new TemporaryFolder(Files.createTempDirectory(prefix));
    } catch (IOException e) {
      throw new FoveaException(prefix + ": no temporary folder: " + AtomicFiles.reason(e), e);
    }
  }

  /**
   * Makes a folder beside a path, where it can become that path by a move within one disk. What a
   * killed process left there is not in its way.
   *
   * @throws FoveaException if it cannot be made
   */
  public static TemporaryFolder beside(Path target) {
    Path absolute = target.toAbsolutePath();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new FoveaException(target + ": cannot be written: it is no name of a folder");
    }
    // Not by createTempDirectory: nobody else could read what it makes, even after the move.
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path aside = absolute.resolveSibling(absolute.getFileName() + "." + random + ".tmp");
    try {
      Files.createDirectories(parent);
      return new TemporaryFolder(Files.createDirectory(aside));
    } catch (IOException e) {
      throw new FoveaException(target + ": cannot be written: " + AtomicFiles.reason(e), e);
    }
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  /** Deletes what is left; what cannot be deleted stays. */
  @Override
  public void close() {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Nothing to do about it: the work is done, or its failure is already on its way.
    }
  }
}
