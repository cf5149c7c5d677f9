package dev.fovea.spark;

import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Checkpoint;
import dev.fovea.train.History;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;

/**
 * Copies each checkpoint that a training writes into a local folder to a folder of any file system
 * of Hadoop, under another name first.
 */
final class HadoopCheckpoint implements ProgressListener {
  private final Path file;
  private final Configuration configuration;
  private final java.nio.file.Path folder;
  private final java.nio.file.Path local;
  private Optional<FileTime> copied = Optional.empty();

  /**
   * Names the folders.
   *
   * @param folder the folder, such as {@code hdfs://host/runs/1}
   * @param local a folder of this machine for the copy that is written and read
   */
  HadoopCheckpoint(String folder, Configuration configuration, java.nio.file.Path local) {
    this.file = new Path(folder, Checkpoint.FILE);
    this.configuration = configuration;
    this.folder = local;
    this.local = Checkpoint.file(local);
  }

  /** Gets the checkpoint; returns whether there is one. */
  boolean fetch() {
    try {
      FileSystem files = file.getFileSystem(configuration);
      if (!files.exists(file)) {
        return false;
      }
      try (var in = files.open(file)) {
        Files.copy(in, local);
      }
      copied = Optional.of(Files.getLastModifiedTime(local));
      return true;
    } catch (IOException e) {
      throw failure("cannot be read", e);
    }
  }

  /** Deletes the local folder as far as that is possible; it is a temporary one. */
  void deleteLocal() {
    FileUtil.fullyDelete(folder.toFile());
  }

  private void copy() {
    try {
      if (!Files.exists(local) || copied.equals(Optional.of(Files.getLastModifiedTime(local)))) {
        return;
      }
      copied = Optional.of(Files.getLastModifiedTime(local));
      HadoopFiles.write(file, configuration, out -> Files.copy(local, out));
    } catch (IOException e) {
      throw failure("cannot be written", e);
    }
  }

  private FoveaException failure(String what, IOException e) {
    return new FoveaException(file + ": " + what + ": " + e.getMessage(), e);
  }

  @Override
  public void onBatch(Training training) {
    copy();
  }

  @Override
  public void onEpoch(Training training, History.Epoch epoch) {
    copy();
  }

  @Override
  public void onEnd(Training training) {
    copy();
  }
}
