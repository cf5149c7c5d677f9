package dev.fovea.vision;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.HeapBound;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes picture files, whose size is checked before their pixels are.
 *
 * <p>Threads that share a reader share its memory too: a thread waits while the others' decoded
 * pictures take what is allowed. So 64 threads need no more than one that reads large pictures.
 */
final class PictureReader {
  private static final Pattern DAMAGE =
      Pattern.compile("premature|corrupt|truncat", Pattern.CASE_INSENSITIVE);

  /** Bytes of a pixel of four 16-bit values, the largest that is read. */
  private static final int LARGEST_PIXEL = 8;

  /**
   * More pixels than a byte can hold in any of the formats: a PNG of one bit a pixel has 8 × 1,032,
   * the most that deflate can do. Beyond that a few damaged bytes ask for a gigabyte.
   */
  private static final long MOST_PIXELS_PER_BYTE = 10_000;

  private static final String FORMATS = "PNG, JPEG, GIF, BMP, TIFF, PGM or PPM";
  private static final int JPEG_START = 0xFFD8;
  private static final long PNG_START = 0x89504E470D0A1A0AL;
  private static final int PNG_EXIF = 0x65584966;
  private static final int UNIT = 1 << 10;

  private final HeapBound bound;
  private final Semaphore free;

  PictureReader() {
    this(HeapBound.ofThisProcess());
  }

  PictureReader(HeapBound bound) {
    this.bound = bound;
    this.free = new Semaphore(units(bound.bytes()), true);
  }

  private static int units(long bytes) {
    return Math.clamp(Math.ceilDiv(bytes, (long) UNIT), 1, Integer.MAX_VALUE);
  }

  /** A decoded picture. */
  private record Decoded(StoredPixels pixels, Orientation orientation) {}

  /** A file that is open. */
  private record Source(String file, ImageInputStream in) {}

  /**
   * What is wanted of a picture.
   *
   * @param whole whether all its values are held as floats
   * @param upright whether it is turned as the camera has marked it
   * @param numbers whether its values are wanted as they are stored, not as colours
   */
  private record Wanted(boolean whole, boolean upright, boolean numbers) {}

  /** Returns the whole picture, upright or as it is stored. */
  Tensor readWhole(Path file, boolean upright) {
    return read(file, new Wanted(true, upright, false), PictureRows::toTensor);
  }

  /** Returns the numbers that the file holds for its pixels. */
  Tensor readNumbers(Path file) {
    return read(file, new Wanted(true, true, true), PictureRows::toTensor);
  }

  /** Returns what the beginning of the file says. */
  PictureHeader header(Path file) {
    return open(
        file,
        source -> {
          long first = begins(source.in, 2);
          if (NetpbmPicture.begins(first)) {
            NetpbmPicture picture = netpbm(source);
            return new PictureHeader(
                new Placement.Size(picture.height(), picture.width()), Orientation.AS_STORED);
          }
          return first == JPEG_START ? jpegHeader(source) : otherHeader(source);
        });
  }

  private static NetpbmPicture netpbm(Source source) {
    NetpbmPicture picture = guarded(source.file, () -> NetpbmPicture.read(source.in));
    checkSize(source, picture.width(), picture.height());
    return picture;
  }

  private PictureHeader jpegHeader(Source source) {
    JpegHeader header = guarded(source.file, () -> JpegHeader.read(source.in));
    int width = header.frame().width();
    int height = header.frame().height();
    checkSize(source, width, height);
    return new PictureHeader(new Placement.Size(height, width), header.orientation());
  }

  private PictureHeader otherHeader(Source source) throws IOException {
    ImageReader reader = readerOf(source);
    try {
      Orientation orientation = orientation(source.in);
      boolean gif = reader.getFormatName().equalsIgnoreCase("gif");
      @Nullable GifFrame frame = gif ? guarded(source.file, () -> GifFrame.read(source.in)) : null;
      source.in.seek(0);
      reader.setInput(source.in, true, true);
      int width = frame == null ? guarded(source.file, () -> reader.getWidth(0)) : frame.width();
      int height = frame == null ? guarded(source.file, () -> reader.getHeight(0)) : frame.height();
      checkSize(source, width, height);
      return new PictureHeader(new Placement.Size(height, width), orientation);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Returns what is made of a picture, as it is seen; its rows are given back after that.
   *
   * @throws FoveaException if the file is missing, no picture, damaged or too large
   */
  <T> T read(Path file, Function<PictureRows, T> use) {
    return read(file, new Wanted(false, true, false), use);
  }

  private <T> T read(Path file, Wanted wanted, Function<PictureRows, T> use) {
    return open(file, source -> read(source, wanted, use));
  }

  private <T> T read(Source source, Wanted wanted, Function<PictureRows, T> use)
      throws IOException {
    long first = begins(source.in, 2);
    if (NetpbmPicture.begins(first)) {
      return readNetpbm(source, wanted, use);
    }
    return first == JPEG_START ? readJpeg(source, wanted, use) : readOther(source, wanted, use);
  }

  private <T> T readNetpbm(Source source, Wanted wanted, Function<PictureRows, T> use)
      throws IOException {
    NetpbmPicture picture = netpbm(source);
    int width = picture.width();
    int height = picture.height();
    long floats = wanted.whole ? (long) width * height * picture.channels() * Float.BYTES : 0;
    return use(
        checked(source, width, height, picture.bytes() + floats),
        () -> new Decoded(picture.pixels(source.in, wanted.numbers), Orientation.AS_STORED),
        source.file,
        use);
  }

  /**
   * Returns what is made of a picture in memory, as it is seen.
   *
   * @param name what it is called in messages
   */
  <T> T read(byte[] content, String name, Function<PictureRows, T> use) {
    try (ImageInputStream in = new BytesInput(content, content.length)) {
      return read(new Source(name, in), new Wanted(false, true, false), use);
    } catch (IOException e) {
      throw new FoveaException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** What is done with an open file. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(Source source) throws IOException;
  }

  private static <T> T open(Path file, Reading<T> reading) {
    if (!Files.isRegularFile(file)) {
      String what = Files.isDirectory(file) ? "a folder" : "no such file";
      throw new FoveaException(file + ": " + what + ", expected a picture (" + FORMATS + ")");
    }
    try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
      return reading.of(new Source(file.toString(), in));
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  /** Returns the first bytes as a number, or −1 of a shorter file. */
  private static long begins(ImageInputStream in, int bytes) throws IOException {
    in.seek(0);
    long number = in.length() < bytes ? -1 : in.readBits(bytes * Byte.SIZE);
    in.seek(0);
    return number;
  }

  private <T> T readJpeg(Source source, Wanted wanted, Function<PictureRows, T> use)
      throws IOException {
    JpegHeader header = guarded(source.file, () -> JpegHeader.read(source.in));
    JpegPicture.check(source.file, header);
    int width = header.frame().width();
    int height = header.frame().height();
    checkSize(source, width, height);
    long pixels = (long) width * height;
    long decoded = pixels * header.components() + header.strippedLength();
    long floats = wanted.whole ? pixels * (header.components() == 1 ? 1 : 3) * Float.BYTES : 0;
    return use(
        checked(source, width, height, decoded + floats),
        () ->
            new Decoded(
                JpegPicture.decode(header.stripped(source.in), header),
                wanted.upright ? header.orientation() : Orientation.AS_STORED),
        source.file,
        use);
  }

  private static ImageReader readerOf(Source source) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(source.in);
    if (!readers.hasNext()) {
      throw new FoveaException(
          source.file
              + ": not a picture that can be read, expected "
              + FORMATS
              + beginning(source.in));
    }
    return readers.next();
  }

  private <T> T readOther(Source source, Wanted wanted, Function<PictureRows, T> use)
      throws IOException {
    ImageReader reader = readerOf(source);
    try {
      Orientation orientation = wanted.upright ? orientation(source.in) : Orientation.AS_STORED;
      boolean gif = reader.getFormatName().equalsIgnoreCase("gif");
      @Nullable GifFrame frame = gif ? guarded(source.file, () -> GifFrame.read(source.in)) : null;
      source.in.seek(0);
      reader.setInput(source.in, true, true);
      long needed = guarded(source.file, () -> needed(source, reader, frame, wanted.whole));
      return use(
          needed,
          () -> new Decoded(decode(source.file, reader, frame, wanted.numbers), orientation),
          source.file,
          use);
    } finally {
      reader.dispose();
    }
  }

  private static String beginning(ImageInputStream in) throws IOException {
    if (in.length() == 0) {
      return "; the file is empty";
    }
    byte[] first = new byte[4];
    in.seek(0);
    int n = Math.max(0, in.read(first));
    StringBuilder s = new StringBuilder("; it begins with the bytes");
    for (int i = 0; i < n; i++) {
      s.append(String.format(Locale.ROOT, " %02x", first[i]));
    }
    return s.toString();
  }

  /** Returns the mark of a PNG or TIFF file. */
  private static Orientation orientation(ImageInputStream in) throws IOException {
    if (begins(in, 8) != PNG_START) {
      return Orientation.read(in, 0);
    }
    long at = 8;
    while (at + 8 <= in.length()) {
      in.seek(at);
      long length = in.readUnsignedInt();
      if (in.readInt() == PNG_EXIF) {
        return Orientation.read(in, at + 8);
      }
      at += 12 + length;
    }
    return Orientation.AS_STORED;
  }

  /** What may meet damaged data. */
  @FunctionalInterface
  private interface Decoding<T> {
    T run() throws IOException;
  }

  private static <T> T guarded(String file, Decoding<T> decoding) {
    try {
      return decoding.run();
    } catch (FoveaException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers meet damaged data with exceptions of every kind.
      throw new FoveaException(file + ": a damaged picture: " + reason(e), e);
    }
  }

  /** Returns what a reader says on purpose; where it stumbled, its words are of its own insides. */
  private static String reason(Exception e) {
    boolean said = e instanceof IOException || e instanceof IllegalArgumentException;
    String message = said ? e.getMessage() : "its data make no sense";
    return message == null ? "its data end early" : message.strip().replaceAll("\\s+", " ");
  }

  /** Decodes a picture as soon as there is memory for it, and uses it. */
  private <T> T use(
      long needed, Decoding<Decoded> decoding, String file, Function<PictureRows, T> use) {
    int units = Math.min(units(needed), units(bound.bytes()));
    free.acquireUninterruptibly(units);
    try {
      Decoded decoded = guarded(file, decoding);
      return use.apply(decoded.orientation.rows(decoded.pixels));
    } finally {
      free.release(units);
    }
  }

  private static StoredPixels decode(
      String file, ImageReader reader, @Nullable GifFrame frame, boolean numbers)
      throws IOException {
    List<String> damage = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> {
      if (DAMAGE.matcher(warning).find()) {
        damage.add(warning);
      }
    });
    BufferedImage image = reader.read(0);
    if (!damage.isEmpty()) {
      throw new IOException(damage.getFirst());
    }
    if (numbers) {
      return PicturePixels.numbers(image);
    }
    return frame == null ? PicturePixels.of(image, file) : frame.pixels(image);
  }

  private static void checkSize(Source source, int width, int height) {
    long pixels = (long) width * height;
    if (width < 1 || height < 1 || pixels > Images.MAX_PIXELS) {
      throw new FoveaException(
          "%s: a picture of %s×%s pixels, allowed are 1 to %s in all"
              .formatted(source.file, width, height, Images.MAX_PIXELS));
    }
  }

  /** Checks the memory that a picture takes and whether the file can hold its pixels. */
  private long checked(Source source, int width, int height, long needed) throws IOException {
    bound.check("%s: a picture of %s×%s pixels".formatted(source.file, width, height), needed);
    long bytes = source.in.length();
    if ((long) width * height > MOST_PIXELS_PER_BYTE * bytes) {
      throw new FoveaException(
          "%s: a damaged picture: %s×%s pixels in %s bytes"
              .formatted(source.file, width, height, bytes));
    }
    return needed;
  }

  /** Returns what a picture takes: decoded, where it is cut in tiles one of them, and as floats. */
  private long needed(Source source, ImageReader reader, @Nullable GifFrame frame, boolean whole)
      throws IOException {
    int width = frame == null ? reader.getWidth(0) : frame.width();
    int height = frame == null ? reader.getHeight(0) : frame.height();
    checkSize(source, width, height);
    long pixels = (long) width * height;
    long stored = (long) reader.getWidth(0) * reader.getHeight(0);
    long tile = Math.max(0, (long) reader.getTileWidth(0) * reader.getTileHeight(0));
    long decoded = LARGEST_PIXEL;
    int channels = 3;
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    if (types != null && types.hasNext()) {
      ImageTypeSpecifier type = types.next();
      int bits = DataBuffer.getDataTypeSize(type.getSampleModel().getDataType());
      decoded = Math.ceilDiv((long) type.getSampleModel().getNumDataElements() * bits, Byte.SIZE);
      boolean grey = type.getNumComponents() == 1 && type.getNumBands() == 1;
      channels = grey && !(type.getColorModel() instanceof IndexColorModel) ? 1 : 3;
    }
    long floats = whole ? pixels * channels * Float.BYTES : 0;
    return checked(
        source, width, height, stored * decoded + floats + (tile == stored ? 0 : tile * decoded));
  }
}
