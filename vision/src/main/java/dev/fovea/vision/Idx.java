package dev.fovea.vision;

import dev.fovea.data.DataSplit;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.HeapBound;
import dev.fovea.tensor.FoveaException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the IDX files of MNIST and Fashion-MNIST, plain or gzip.
 *
 * <p>All integers are big-endian. Pictures: magic 0x00000803, count, rows, columns, then one byte a
 * pixel, row by row. Labels: magic 0x00000801, count, then one byte a label.
 */
public final class Idx {
  private static final int PICTURES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;
  private static final int MAX_EXTENT = 1 << 16;
  private static final int MAX_COUNT = 1 << 24;

  private Idx() {}

  /**
   * Pictures of one size.
   *
   * @param count the number of pictures
   * @param rows their height
   * @param columns their width
   * @param pixels the grey values, picture by picture, row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  public record Pictures(int count, int rows, int columns, byte[] pixels) {}

  /**
   * Returns MNIST from a folder with its four files, gzip or plain, normalised as usual.
   *
   * @throws FoveaException if a file is missing or damaged
   */
  public static DataSplit mnist(Path folder) {
    List<String> digits = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    return split(folder, "MNIST", Preprocessing.mnist(), digits);
  }

  /**
   * Returns Fashion-MNIST from a folder with its four files, gzip or plain, normalised as usual.
   *
   * @throws FoveaException if a file is missing or damaged
   */
  public static DataSplit fashionMnist(Path folder) {
    List<String> clothes =
        List.of(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot");
    return split(folder, "Fashion-MNIST", Preprocessing.fashionMnist(), clothes);
  }

  private static DataSplit split(
      Path folder, String name, Preprocessing preprocessing, List<String> classes) {
    return new DataSplit(
        dataset(folder, name, "train", preprocessing, classes),
        dataset(folder, name, "t10k", preprocessing, classes));
  }

  private static InMemoryImages dataset(
      Path folder, String name, String part, Preprocessing preprocessing, List<String> classes) {
    Path pictures = find(folder, name, part + "-images-idx3-ubyte");
    Path labels = find(folder, name, part + "-labels-idx1-ubyte");
    return dataset(pictures, labels, preprocessing, classes);
  }

  private static Path find(Path folder, String name, String file) {
    for (String candidate : List.of(file + ".gz", file)) {
      Path p = folder.resolve(candidate);
      if (Files.isRegularFile(p)) {
        return p;
      }
    }
    String missing = Files.isDirectory(folder) ? "has no file" : "no folder, expected one with";
    throw new FoveaException(
        "%s: %s %s.gz or %s; give the folder of the %s files with --data-dir"
            .formatted(folder, missing, file, file, name));
  }

  /**
   * Returns the data set of a file of pictures and a file of labels.
   *
   * @param preprocessing the normalisation; the pictures must have its size
   * @throws FoveaException if a file is missing or damaged or they do not fit together
   */
  public static InMemoryImages dataset(
      Path picturesFile, Path labelsFile, Preprocessing preprocessing, List<String> classes) {
    byte[] bytes = labels(labelsFile);
    int[] labels = new int[bytes.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = bytes[i] & 0xFF;
      if (labels[i] >= classes.size()) {
        throw new FoveaException(
            labelsFile
                + ": label %s at position %s, expected 0 to %s"
                    .formatted(labels[i], i, classes.size() - 1));
      }
    }
    HeaderCheck fits =
        dims -> {
          checkExtents(picturesFile, dims, preprocessing);
          if (dims[0] != labels.length) {
            throw new FoveaException(
                picturesFile
                    + ": %s pictures, but %s labels in %s; the two files do not belong together"
                        .formatted(dims[0], labels.length, labelsFile.getFileName()));
          }
        };
    byte[] pixels = read(picturesFile, PICTURES_MAGIC, fits).values;
    return new InMemoryImages(preprocessing, pixels, labels, classes);
  }

  private static void checkExtents(Path file, int[] dims, Preprocessing preprocessing) {
    int height = preprocessing.height();
    int width = preprocessing.width();
    if (dims[1] != height || dims[2] != width) {
      throw new FoveaException(
          file + ": pictures of %s×%s, expected %s×%s".formatted(dims[1], dims[2], height, width));
    }
  }

  /**
   * Reads a file of pictures.
   *
   * @throws FoveaException if the file is missing or damaged
   */
  public static Pictures pictures(Path file) {
    Raw raw = read(file, PICTURES_MAGIC, dims -> {});
    return new Pictures(raw.dims[0], raw.dims[1], raw.dims[2], raw.values);
  }

  /**
   * Reads a file of labels.
   *
   * @throws FoveaException if the file is missing or damaged
   */
  public static byte[] labels(Path file) {
    return read(file, LABELS_MAGIC, dims -> {}).values;
  }

  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  private record Raw(int[] dims, byte[] values) {}

  /** Refuses a header whose data are not wanted, before any of them is read. */
  @FunctionalInterface
  private interface HeaderCheck {
    void check(int[] dims);
  }

  private static Raw read(Path file, int magic, HeaderCheck check) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      boolean gzip = isGzip(raw);
      // Unpacked data has no size to check against: readNBytes reserves only as data arrives.
      long size = gzip ? Long.MAX_VALUE : Files.size(file);
      InputStream in = gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
      int[] dims = dims(file, in, magic);
      check.check(dims);
      return new Raw(dims, values(file, in, dims, size));
    } catch (ZipException e) {
      throw new FoveaException(file + ": damaged gzip data: " + AtomicFiles.reason(e), e);
    } catch (EOFException e) {
      throw new FoveaException(file + ": cut short inside its gzip data", e);
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
    in.reset();
    return gzip;
  }

  private static int[] dims(Path file, InputStream in, int magic) throws IOException {
    int rank = magic & 0xFF;
    int headerSize = 4 + 4 * rank;
    byte[] header = in.readNBytes(headerSize);
    checkMagic(file, header, magic);
    if (header.length < headerSize) {
      throw new FoveaException(
          file + ": cut short: " + header.length + " bytes, the header has " + headerSize);
    }
    int[] dims = new int[rank];
    ByteBuffer.wrap(header, 4, 4 * rank).asIntBuffer().get(dims);
    checkDims(file, dims);
    return dims;
  }

  private static byte[] values(Path file, InputStream in, int[] dims, long size)
      throws IOException {
    int headerSize = 4 + 4 * dims.length;
    int needed = Arrays.stream(dims).reduce(1, Math::multiplyExact);
    if (size - headerSize < needed) {
      throw shorter(file, dims, needed, size - headerSize);
    }
    // Twice: readNBytes gathers pieces and then joins them.
    HeapBound.ofThisProcess().check(file + ": its header " + text(dims), 2L * needed);
    byte[] values = in.readNBytes(needed);
    if (values.length < needed) {
      throw shorter(file, dims, needed, values.length);
    }
    if (in.read() >= 0) {
      throw new FoveaException(
          file + ": more data than the %s bytes of its header %s".formatted(needed, text(dims)));
    }
    return values;
  }

  private static void checkMagic(Path file, byte[] header, int magic) {
    String wanted = magic == PICTURES_MAGIC ? "pictures" : "labels";
    if (header.length < 4) {
      throw new FoveaException(
          file + ": " + header.length + " bytes, expected an IDX file of " + wanted);
    }
    int found = ByteBuffer.wrap(header).getInt();
    if (found != magic) {
      String hint =
          switch (found) {
            case PICTURES_MAGIC -> " (this is a file of pictures)";
            case LABELS_MAGIC -> " (this is a file of labels)";
            default -> "";
          };
      throw new FoveaException(
          file
              + ": magic number 0x%08x%s, expected 0x%08x of an IDX file of %s"
                  .formatted(found, hint, magic, wanted));
    }
  }

  private static void checkDims(Path file, int[] dims) {
    long n = 1;
    for (int i = 0; i < dims.length; i++) {
      boolean absurd = dims[i] < 1 || dims[i] > (i == 0 ? MAX_COUNT : MAX_EXTENT);
      n = absurd ? Long.MAX_VALUE : n * dims[i];
      if (n > Integer.MAX_VALUE - 64) {
        throw new FoveaException(
            file + ": its header claims " + text(dims) + " values, which cannot be right");
      }
    }
  }

  private static FoveaException shorter(Path file, int[] dims, int needed, long got) {
    return new FoveaException(
        file
            + ": cut short: its header %s needs %s bytes of data, got %s"
                .formatted(text(dims), needed, got));
  }

  private static String text(int[] dims) {
    return String.join("×", Arrays.stream(dims).mapToObj(Integer::toUnsignedString).toList());
  }
}
