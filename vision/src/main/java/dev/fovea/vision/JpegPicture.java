package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * The pixels of a JPEG file. The JDK decodes the values as they are coded; what colours they are is
 * decided here, as libjpeg does it. An embedded profile changes nothing.
 */
final class JpegPicture implements StoredPixels {
  /** 16 bits behind the point, as libjpeg has them. */
  private static final int POINT = 16;

  private static final int HALF = 1 << (POINT - 1);
  private static final int CR_TO_RED = 91_881;
  private static final int CB_TO_BLUE = 116_130;
  private static final int CR_TO_GREEN = 46_802;
  private static final int CB_TO_GREEN = 22_554;

  private final Raster raster;
  private final JpegHeader header;

  private JpegPicture(Raster raster, JpegHeader header) {
    this.raster = raster;
    this.header = header;
  }

  /** Requires a JPEG of a kind that the decoder knows. */
  static void check(String file, JpegHeader header) {
    String kind =
        switch (header.frame().process()) {
          case 0xC0, 0xC1, 0xC2 ->
              header.frame().precision() == Byte.SIZE
                  ? ""
                  : header.frame().precision() + " bits a value";
          case 0xC3 -> "lossless coding";
          case 0xC9, 0xCA -> "arithmetic coding";
          default -> "a coding of number " + header.frame().process();
        };
    if (header.colours() == JpegHeader.Colours.UNKNOWN) {
      kind = header.components() + " values a pixel";
    }
    if (!kind.isEmpty()) {
      throw new FoveaException(
          file + ": a JPEG file with " + kind + " is not read; save it as baseline JPEG or PNG");
    }
  }

  /**
   * Decodes the pixels.
   *
   * @param file the stripped file with the mark of an end
   */
  static JpegPicture decode(byte[] file, JpegHeader header) throws IOException {
    boolean ended = hasEnd(file, file.length - 2);
    int length = ended ? file.length - 2 : file.length;
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    List<String> warnings = new ArrayList<>();
    try (BytesInput in = new BytesInput(file, length)) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      Raster raster = reader.readRaster(0, null);
      // Whatever else the decoder goes on from, everybody reads.
      if (!ended && !warnings.isEmpty()) {
        throw new IOException("ends within the pixels");
      }
      return new JpegPicture(raster, header);
    } finally {
      reader.dispose();
    }
  }

  private static boolean hasEnd(byte[] file, int length) {
    for (int i = 0; i < length - 1; i++) {
      if (file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xD9) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Shape shape() {
    int channels = header.colours() == JpegHeader.Colours.GREY ? 1 : 3;
    return Shape.of(raster.getHeight(), raster.getWidth(), channels);
  }

  @Override
  public void read(int x, int y, int width, int height, float[] values) {
    byte[] coded = new byte[width * height * raster.getNumBands()];
    raster.getDataElements(x, y, width, height, coded);
    switch (header.colours()) {
      case YCC -> fromYcc(coded, 3);
      case YCCK -> {
        fromYcc(coded, 4);
        invertColours(coded);
      }
      case GREY, RGB, CMYK, UNKNOWN -> {}
    }
    if (raster.getNumBands() == 4) {
      fromInks(coded, values);
    } else {
      for (int i = 0; i < coded.length; i++) {
        values[i] = coded[i] & 0xFF;
      }
    }
  }

  /** Y + 1.402 Cr, Y − 0.71414 Cr − 0.34414 Cb, Y + 1.772 Cb, Cb and Cr from 128 on. */
  private static void fromYcc(byte[] values, int step) {
    for (int i = 0; i < values.length; i += step) {
      int y = values[i] & 0xFF;
      int cb = (values[i + 1] & 0xFF) - 128;
      int cr = (values[i + 2] & 0xFF) - 128;
      values[i] = clamped(y + ((CR_TO_RED * cr + HALF) >> POINT));
      values[i + 1] = clamped(y + ((HALF - CB_TO_GREEN * cb - CR_TO_GREEN * cr) >> POINT));
      values[i + 2] = clamped(y + ((CB_TO_BLUE * cb + HALF) >> POINT));
    }
  }

  private static byte clamped(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }

  /** YCCK holds the inks' complements. */
  private static void invertColours(byte[] values) {
    for (int i = 0; i < values.length; i += 4) {
      for (int c = i; c < i + 3; c++) {
        values[c] = (byte) ~values[c];
      }
    }
  }

  /**
   * Colours of four inks, stored inverted, as Adobe's programs and all after them do: with K = 255
   * − stored black, R = (255 − K) − (255 − stored cyan) (255 − K) / 255.
   */
  private static void fromInks(byte[] stored, float[] values) {
    for (int pixel = 0; pixel < stored.length / 4; pixel++) {
      int light = stored[4 * pixel + 3] & 0xFF;
      for (int c = 0; c < 3; c++) {
        int ink = 255 - (stored[4 * pixel + c] & 0xFF);
        int product = ink * light + 128;
        values[3 * pixel + c] = Math.max(0, light - (((product >> 8) + product) >> 8));
      }
    }
  }
}
