package dev.fovea.vision;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.data.InMemoryImages;
import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens data sets by name. */
public final class DataSets {
  private static final List<String> NAMES =
      List.of("digits", "mnist", "fashion-mnist", "cifar10", "folder", "csv");

  private DataSets() {}

  /** Returns the names of the data sets. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Opens a data set with the usual options.
   *
   * @param dataDir the folder of its files; digits needs none
   * @throws FoveaException if the name is unknown, the folder is missing or a file is damaged
   */
  public static DataSource open(String name, @Nullable Path dataDir) {
    return open(name, dataDir, ImageFolder.Options.standard());
  }

  /**
   * Opens a data set.
   *
   * @param dataDir the folder of its files; digits needs none
   * @param options how a folder of pictures is opened; other data sets ignore them
   * @throws FoveaException if the name is unknown, the folder is missing or a file is damaged
   */
  public static DataSource open(String name, @Nullable Path dataDir, ImageFolder.Options options) {
    return switch (name) {
      case "digits" -> source(name, Digits.load());
      case "mnist" -> source(name, Idx.mnist(required(name, dataDir)));
      case "fashion-mnist" -> source(name, Idx.fashionMnist(required(name, dataDir)));
      case "cifar10" -> source(name, cifar10(required(name, dataDir)));
      case "csv" -> ImageList.open(required(name, dataDir), options);
      case "folder" -> ImageFolder.open(required(name, dataDir), options);
      default ->
          throw new FoveaException("unknown data set \"" + name + "\"" + Suggest.hint(name, NAMES));
    };
  }

  private static Path required(String name, @Nullable Path dataDir) {
    if (dataDir == null) {
      throw new FoveaException(
          "data set " + name + " is read from files: give their folder with --data-dir");
    }
    return dataDir;
  }

  private static DataSource source(String name, DataSplit split) {
    InMemoryImages train = (InMemoryImages) split.train();
    return new DataSource(name, split, true, train.preprocessing(), List.of());
  }

  private static DataSplit cifar10(Path folder) {
    if (Cifar10Sprites.isIn(folder)) {
      return Cifar10Sprites.load(folder);
    }
    if (Cifar10.isIn(folder)) {
      return Cifar10.load(folder);
    }
    throw new FoveaException(
        folder
            + ": no CIFAR-10 files: expected data_batch_1.bin … and test_batch.bin, or"
            + " cifar10_batch_0.png … and cifar10_labels.js");
  }
}
