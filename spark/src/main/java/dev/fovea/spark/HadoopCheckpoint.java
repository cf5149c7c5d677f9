package dev.fovea.spark;

import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Checkpoint;
import dev.fovea.train.History;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * Copies each checkpoint that a training writes into a local folder to a folder of any file system
 * of Hadoop, under another name first.
 */
final class HadoopCheckpoint implements ProgressListener {
  private final Path file;
  private final Configuration configuration;
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
    this.local = Checkpoint.file(local);
  }

  /** Gets the checkpoint; returns whether there is one. */
  boolean fetch() {
    try {
      FileContext files = FileContext.getFileContext(file.toUri(), configuration);
      if (!files.util().exists(file)) {
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

  /** Deletes the local copy and its folder. */
  void deleteLocal() throws IOException {
    Files.deleteIfExists(local);
    Files.deleteIfExists(local.getParent());
  }

  private void copy() {
    try {
      if (!Files.exists(local) || copied.equals(Optional.of(Files.getLastModifiedTime(local)))) {
        return;
      }
      copied = Optional.of(Files.getLastModifiedTime(local));
      FileContext files = FileContext.getFileContext(file.toUri(), configuration);
      Path aside = new Path(file.getParent(), "." + file.getName() + ".part");
      files.mkdir(file.getParent(), null, true);
      try (var out = files.create(aside, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE))) {
        Files.copy(local, out);
      }
      files.rename(aside, file, Options.Rename.OVERWRITE);
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
