package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files atomically: readers see the old content or the new, never a part of it.
 *
 * <p>The content goes to a temporary file in the same folder, is forced to the disk and renamed
 * over the target in one step. If anything fails, the target is unchanged and the temporary file is
 * removed.
 */
public final class AtomicFiles {
  private static final Duration LEFTOVER_AGE = Duration.ofMinutes(10);

  private AtomicFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to a buffered stream, which need not be closed. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Replaces {@code file} by this content; its folder is created if it is missing.
   *
   * @throws FoveaException if the folder cannot be written or the disk is full
   */
  public static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new FoveaException(file + ": cannot be written: it is a folder");
    }
    String prefix = "." + target.getFileName() + ".";
    try {
      Files.createDirectories(folder);
      removeLeftovers(folder, prefix);
      Path temporary = createTemporary(folder, prefix);
      try {
        Uninterrupted.finish(() -> fill(temporary, content));
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        deleteQuietly(temporary);
      }
      forceFolder(folder);
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be written: " + reason(e), e);
    }
  }

  /**
   * Creates an empty file that nobody else writes. The process number alone is not enough: threads
   * share it, and so may processes of two containers.
   */
  private static Path createTemporary(Path folder, String prefix) throws IOException {
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return Files.createFile(
        folder.resolve(prefix + ProcessHandle.current().pid() + "-" + random + ".tmp"));
  }

  /**
   * Replaces {@code file} by these bytes.
   *
   * @throws FoveaException if the folder cannot be written or the disk is full
   */
  public static void write(Path file, byte[] bytes) {
    write(file, out -> out.write(bytes));
  }

  /**
   * Replaces {@code file} by this text in UTF-8.
   *
   * @throws FoveaException if the folder cannot be written or the disk is full
   */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the reason of an error in a few words, without the file's name where possible. */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file stands where a folder is needed";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return Text.oneLine(f.getReason());
    }
    if (e instanceof EOFException) {
      return "it ends early";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : Text.oneLine(message);
  }

  private static Path fill(Path temporary, Content content) throws IOException {
    StandardOpenOption anew = StandardOpenOption.TRUNCATE_EXISTING;
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE, anew)) {
      // Not closed apart: closing would close the channel, which must still be forced.
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
    return temporary;
  }

  /** Makes the rename itself durable where the system lets a folder be opened. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some systems do not open folders; the content itself is on the disk.
    }
  }

  /** Removes what a killed process left behind, once it is too old to be still in the making. */
  private static void removeLeftovers(Path folder, String prefix) throws IOException {
    Instant old = Instant.now().minus(LEFTOVER_AGE);
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, p -> isTemporary(p, prefix))) {
      for (Path p : entries) {
        if (Files.getLastModifiedTime(p).toInstant().isBefore(old)) {
          deleteQuietly(p);
        }
      }
    }
  }

  private static boolean isTemporary(Path p, String prefix) {
    String name = p.getFileName().toString();
    return name.startsWith(prefix)
        && name.endsWith(".tmp")
        && name.substring(prefix.length()).matches("[0-9]+(-[0-9a-f]+)?\\.tmp");
  }

  private static void deleteQuietly(Path p) {
    try {
      Files.deleteIfExists(p);
    } catch (IOException e) {
      // Nothing to do about it: the failure that matters is already on its way.
    }
  }
}
