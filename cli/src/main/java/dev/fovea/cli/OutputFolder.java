package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Checkpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The folder that a training writes to, looked at before any work is done. */
final class OutputFolder {
  /** The most that is really written as a trial; beyond it the system's word is taken. */
  private static final long TRIAL = 16 << 20;

  private static final String TRIAL_PREFIX = ".trial";
  private static final String TRIAL_SUFFIX = ".tmp";
  private static final int CHUNK = 1 << 16;

  private final Path folder;
  private final String ending;

  /** Returns the folder of a training whose model is a safetensors file. */
  OutputFolder(Path folder) {
    this(folder, ".safetensors");
  }

  /**
   * Returns the folder of a training.
   *
   * @param ending of the model's file
   */
  OutputFolder(Path folder, String ending) {
    this.folder = folder;
    this.ending = ending;
  }

  Path path() {
    return folder;
  }

  Path model() {
    return folder.resolve("model" + ending);
  }

  Path onnx() {
    return folder.resolve("model.onnx");
  }

  Path checkpoint() {
    return Checkpoint.file(folder);
  }

  Path history() {
    return folder.resolve("history.csv");
  }

  Path plot() {
    return folder.resolve("history.png");
  }

  /** Returns whether an earlier training has left files here. */
  boolean isUsed() {
    return Files.exists(model()) || Files.exists(checkpoint());
  }

  /**
   * Makes the folder and writes as much as will be needed, to take it away again.
   *
   * @throws FoveaException if it cannot be written or is too full
   */
  void prepare(long bytes) {
    try {
      create();
      removeLeftovers();
      long room = Files.getFileStore(folder).getUsableSpace();
      if (room < bytes) {
        throw new FoveaException(
            "--out %s: %s bytes are free there, the training needs %s"
                .formatted(folder, room, bytes));
      }
      tryWriting(Math.min(bytes, TRIAL));
    } catch (IOException e) {
      throw new FoveaException(
          "--out " + folder + ": cannot be written: " + AtomicFiles.reason(e), e);
    }
    for (Path file : new Path[] {model(), onnx(), checkpoint(), history(), plot()}) {
      if (Files.isDirectory(file)) {
        throw new FoveaException("--out " + folder + ": " + file.getFileName() + " is a folder");
      }
    }
  }

  private void create() throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (NoSuchFileException e) {
      // Some file systems, as that of processes, say so of every new name.
      throw new FoveaException("--out " + folder + ": the system makes no folder there", e);
    }
  }

  /** Removes the trials of commands that were killed at theirs. */
  private void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> trials =
        Files.newDirectoryStream(folder, TRIAL_PREFIX + "*" + TRIAL_SUFFIX)) {
      for (Path trial : trials) {
        Files.deleteIfExists(trial);
      }
    }
  }

  private void tryWriting(long bytes) throws IOException {
    Path trial = Files.createTempFile(folder, TRIAL_PREFIX, TRIAL_SUFFIX);
    try (OutputStream out = Files.newOutputStream(trial)) {
      byte[] chunk = new byte[CHUNK];
      for (long written = 0; written < bytes; written += CHUNK) {
        out.write(chunk);
      }
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
