package dev.fovea.vision;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.HeapAccount;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * NumPy's archive {@code .npz}: a zip file with an array of bytes in each entry {@code NAME.npy}.
 *
 * <p>Arrays of {@code uint8} in row-major order are read, in versions 1 and 2 of the format.
 */
final class NumpyArchive implements AutoCloseable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MOST_HEADER = 10_000;
  private static final int MOST_AXES = 8;
  private static final Pattern TYPE = Pattern.compile("'descr': *'([^']*)'");
  private static final Pattern COLUMNS_FIRST = Pattern.compile("'fortran_order': *True");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");

  private final Path file;
  private final ZipFile zip;
  private final HeapAccount account = HeapAccount.ofThisProcess();

  private NumpyArchive(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * An array of bytes.
   *
   * @param dims the extents of its axes
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  record Bytes(int[] dims, byte[] values) {}

  /**
   * Opens a file.
   *
   * @throws FoveaException if there is none or it is no zip file
   */
  static NumpyArchive open(Path file) {
    return new NumpyArchive(file, ZippedFiles.open(file, "an archive of NumPy (.npz)"));
  }

  /**
   * Reads an array.
   *
   * @param name without the ending .npy
   * @throws FoveaException if there is none, it is damaged, or is not of bytes in row-major order
   */
  Bytes read(String name) {
    ZipEntry entry = zip.getEntry(name + ".npy");
    if (entry == null) {
      throw bad("has no array \"" + name + "\"");
    }
    try (DataInputStream in = new DataInputStream(zip.getInputStream(entry))) {
      int[] dims = dims(name, header(name, in));
      long count = count(name, dims);
      account.take(file + ": the array " + name, count);
      byte[] values = in.readNBytes((int) count);
      if (values.length < count) {
        throw bad("array %s: has %s values of %s".formatted(name, values.length, count));
      }
      return new Bytes(dims, values);
    } catch (EOFException | ZipException e) {
      throw new FoveaException(file + ": array " + name + ": damaged", e);
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private String header(String name, DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    int version = in.readUnsignedByte();
    int _ = in.readUnsignedByte();
    if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 2) {
      throw bad("array " + name + ": no array of NumPy in version 1 or 2");
    }
    long length = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
    if (version == 2) {
      length |= (long) Short.toUnsignedInt(Short.reverseBytes(in.readShort())) << Short.SIZE;
    }
    if (length > MOST_HEADER) {
      throw bad("array " + name + ": a header of " + length + " bytes");
    }
    return new String(in.readNBytes((int) length), StandardCharsets.ISO_8859_1);
  }

  private int[] dims(String name, String header) {
    Matcher type = TYPE.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    boolean bytes = type.find() && type.group(1).matches("[|<>]u1");
    if (!bytes || COLUMNS_FIRST.matcher(header).find() || !shape.find()) {
      throw bad(
          "array %s: bytes (uint8) in row-major order expected, its header is %s"
              .formatted(name, Text.shown(header.strip())));
    }
    try {
      return Arrays.stream(shape.group(1).split(","))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new FoveaException(file + ": array " + name + ": extents " + shape.group(1), e);
    }
  }

  private long count(String name, int... dims) {
    long count = 1;
    for (int d : dims) {
      count *= d;
      if (count > Integer.MAX_VALUE - MOST_AXES) {
        throw bad("array " + name + ": of " + Arrays.toString(dims) + " is too large");
      }
    }
    if (dims.length > MOST_AXES) {
      throw bad("array " + name + ": has " + dims.length + " axes");
    }
    return count;
  }

  private FoveaException bad(String what) {
    return new FoveaException(file + ": " + what);
  }

  @Override
  public void close() {
    ZippedFiles.close(file, zip);
  }
}
