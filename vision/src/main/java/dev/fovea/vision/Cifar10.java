package dev.fovea.vision;

import dev.fovea.data.DataSplit;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.FileBytes;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CIFAR-10 from its binary batches: 32×32 RGB pictures in ten classes.
 *
 * <p>A record is 3,073 bytes: the label, then 1,024 red, 1,024 green and 1,024 blue values, each
 * row by row. (Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009.)
 */
public final class Cifar10 {
  private static final int AREA = 32 * 32;
  private static final int RECORD = 1 + 3 * AREA;
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private Cifar10() {}

  /** Returns the names of the ten classes in the order of their labels. */
  public static List<String> classes() {
    return CLASSES;
  }

  /** Returns whether the folder, or its {@code cifar-10-batches-bin}, has binary batches. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(batches(folder).resolve("test_batch.bin"))
        || Files.isRegularFile(batches(folder).resolve("data_batch_1.bin"));
  }

  private static Path batches(Path folder) {
    Path inner = folder.resolve("cifar-10-batches-bin");
    return Files.isDirectory(inner) ? inner : folder;
  }

  /**
   * Returns data_batch_1.bin … data_batch_5.bin to train on and test_batch.bin to test with.
   *
   * @param folder the folder of the files or the one that holds {@code cifar-10-batches-bin}
   * @throws FoveaException if a file is missing or damaged
   */
  public static DataSplit load(Path folder) {
    Path in = batches(folder);
    List<Path> train =
        IntStream.rangeClosed(1, 5).mapToObj(i -> in.resolve("data_batch_" + i + ".bin")).toList();
    return new DataSplit(read(train), read(List.of(in.resolve("test_batch.bin"))));
  }

  /**
   * Returns the pictures of some binary batches, in order.
   *
   * @throws FoveaException if a file is missing or damaged
   */
  public static InMemoryImages read(List<Path> files) {
    long records = 0;
    for (Path file : files) {
      records += records(file);
    }
    if (records * 3 * AREA > Integer.MAX_VALUE - 64) {
      throw new FoveaException(
          files.getFirst() + ": " + records + " pictures in all are more than fit in memory");
    }
    byte[] pixels = new byte[(int) records * 3 * AREA];
    int[] labels = new int[(int) records];
    int at = 0;
    for (Path file : files) {
      at = read(file, pixels, labels, at);
    }
    return new InMemoryImages(Preprocessing.cifar10(), pixels, labels, CLASSES);
  }

  private static long records(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new FoveaException(
          file + ": no such file; give the folder of the CIFAR-10 binary batches with --data-dir");
    }
    try {
      long size = Files.size(file);
      if (size == 0 || size % RECORD != 0) {
        throw new FoveaException(
            "%s: %s bytes, expected a multiple of the record's %s".formatted(file, size, RECORD));
      }
      return size / RECORD;
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private static int read(Path file, byte[] pixels, int[] labels, int first) {
    byte[] bytes = FileBytes.read(file, (long) RECORD * (labels.length - first));
    int count = bytes.length / RECORD;
    for (int r = 0; r < count; r++) {
      int from = r * RECORD;
      int label = bytes[from] & 0xFF;
      if (label >= CLASSES.size()) {
        throw new FoveaException(
            "%s: label %s in record %s, expected 0 to 9".formatted(file, label, r));
      }
      labels[first + r] = label;
      interleave(bytes, from + 1, pixels, (first + r) * 3 * AREA);
    }
    return first + count;
  }

  /** Turns three planes into pixels of three values. */
  private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < AREA; i++) {
        pixels[to + 3 * i + c] = planes[from + c * AREA + i];
      }
    }
  }
}
