package dev.fovea.studio.state;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.DataSets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The data sets that the page offers: the embedded digits, and those whose folder lies in the
 * folder of data sets under their own name.
 */
public final class Samples {
  /** The set that needs no files. */
  static final String DIGITS = "digits";

  private static final List<String> ON_DISK = List.of("mnist", "fashion-mnist", "cifar10");
  private static final int MOST = 100_000;

  private final Path folder;
  private final Map<String, DataSplit> open = new ConcurrentHashMap<>();

  /** Creates the data sets of a folder. */
  public Samples(Path folder) {
    this.folder = folder;
  }

  /** Returns the names of those that are there. */
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of(DIGITS));
    ON_DISK.stream().filter(n -> Files.isDirectory(folder.resolve(n))).forEach(names::add);
    return names;
  }

  /**
   * Returns the samples that a page asks for by {@code data} and {@code samples}.
   *
   * @throws FoveaException if there is no such data set
   */
  public DataSplit of(Fields f) {
    String name = f.oneOf("data", names());
    DataSplit all = open.computeIfAbsent(name, this::read);
    int most = f.integer("samples", 10, MOST, all.train().size());
    return new DataSplit(all.train().take(most), all.test());
  }

  private DataSplit read(String name) {
    return name.equals(DIGITS)
        ? Digits.load(Seed.of(1), 6_000, 1_000)
        : DataSets.open(name, folder.resolve(name)).split();
  }
}
