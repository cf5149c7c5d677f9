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
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes picture files, whose size is checked before their pixels are. */
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

  private static final String FORMATS = "PNG, JPEG, GIF, BMP or TIFF";

  private PictureReader() {}

  static Tensor read(Path file) {
    return read(file, HeapBound.ofThisProcess());
  }

  static Tensor read(Path file, HeapBound bound) {
    if (!Files.isRegularFile(file)) {
      String what = Files.isDirectory(file) ? "a folder" : "no such file";
      throw new FoveaException(file + ": " + what + ", expected a picture (" + FORMATS + ")");
    }
    try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new FoveaException(
            file + ": not a picture that can be read, expected " + FORMATS + beginning(in));
      }
      return read(file, in, readers.next(), bound);
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
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

  private static Tensor read(Path file, ImageInputStream in, ImageReader reader, HeapBound bound) {
    List<String> damage = new ArrayList<>();
    try {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> {
        if (DAMAGE.matcher(warning).find()) {
          damage.add(warning);
        }
      });
      checkSize(file, reader.getWidth(0), reader.getHeight(0));
      checkMemory(file, reader, bound);
      checkBytes(file, reader.getWidth(0), reader.getHeight(0), in.length());
      BufferedImage image = reader.read(0);
      if (!damage.isEmpty()) {
        throw damaged(file, damage.getFirst(), null);
      }
      return PicturePixels.toTensor(image, file.toString());
    } catch (FoveaException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers meet damaged data with exceptions of every kind.
      throw failure(file, e);
    } finally {
      reader.dispose();
    }
  }

  private static void checkSize(Path file, int width, int height) {
    long pixels = (long) width * height;
    if (width < 1 || height < 1 || pixels > Images.MAX_PIXELS) {
      throw new FoveaException(
          "%s: a picture of %d×%d pixels, allowed are 1 to %d in all"
              .formatted(file, width, height, Images.MAX_PIXELS));
    }
  }

  private static void checkBytes(Path file, int width, int height, long bytes) {
    if (bytes >= 0 && (long) width * height > MOST_PIXELS_PER_BYTE * bytes) {
      throw new FoveaException(
          "%s: a damaged picture: %d×%d pixels in %d bytes".formatted(file, width, height, bytes));
    }
  }

  /** Checks what a picture takes: decoded, as floats, and where it is cut in tiles one of them. */
  private static void checkMemory(Path file, ImageReader reader, HeapBound bound)
      throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    long pixels = (long) width * height;
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
    long tileBytes = tile == pixels ? 0 : tile * decoded;
    bound.check(
        "%s: a picture of %d×%d pixels".formatted(file, width, height),
        pixels * (decoded + (long) channels * Float.BYTES) + tileBytes);
  }

  private static FoveaException failure(Path file, Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    if (message.contains("Unsupported Image Type")) {
      return PicturePixels.cmyk(file.toString());
    }
    return damaged(file, message, e);
  }

  private static FoveaException damaged(Path file, String message, @Nullable Exception e) {
    String reason = message.strip().replaceAll("\\s+", " ");
    return new FoveaException(file + ": a damaged picture: " + reason, e);
  }
}
