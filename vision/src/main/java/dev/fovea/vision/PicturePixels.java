package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Turns decoded pictures into tensors and back.
 *
 * <p>Samples are taken as they are stored. {@link BufferedImage#getRGB} is not used: it treats grey
 * values as linear light and changes them.
 */
final class PicturePixels {
  private static final float WHITE = 255;

  private PicturePixels() {}

  /**
   * Returns the pixels of an image, put on white where they are transparent.
   *
   * @param name the file, for messages
   * @throws FoveaException if its colours are neither grey nor RGB
   */
  static StoredPixels of(BufferedImage image, String name) {
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel palette) {
      return fromPalette(image, palette);
    }
    int space = model.getColorSpace().getType();
    int colours = model.getNumColorComponents();
    boolean grey = space == ColorSpace.TYPE_GRAY && colours == 1;
    if (space == ColorSpace.TYPE_CMYK) {
      throw new FoveaException(
          name + ": a picture in CMYK colours that is no JPEG is not read; save it in RGB");
    }
    if (!grey && !(space == ColorSpace.TYPE_RGB && colours == 3)) {
      throw new FoveaException(
          name + ": colours that are neither grey nor RGB are not read; save it in RGB");
    }
    if (model.getTransferType() > DataBuffer.TYPE_INT) {
      throw new FoveaException(name + ": pixels of fractions are not read; save it with 8 bits");
    }
    return fromSamples(image, model, colours);
  }

  /**
   * Returns the samples of an image as they are stored: of a palette the places in it, of grey and
   * colours the values without any scaling; transparency is left out.
   */
  static StoredPixels numbers(BufferedImage image) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int channels = bands < 3 ? 1 : 3;
    return stored(
        image,
        channels,
        (x, y, width, height, values) -> {
          int left = raster.getMinX() + x;
          int top = raster.getMinY() + y;
          int[] samples = raster.getPixels(left, top, width, height, (int[]) null);
          int at = 0;
          for (int from = 0; from < samples.length; from += bands) {
            for (int c = 0; c < channels; c++) {
              values[at++] = samples[from + c];
            }
          }
        });
  }

  /** Writes a rectangle of pixels. */
  @FunctionalInterface
  private interface RectangleReader {
    void read(int x, int y, int width, int height, float[] values);
  }

  private static StoredPixels stored(BufferedImage image, int channels, RectangleReader reader) {
    Shape shape = Shape.of(image.getHeight(), image.getWidth(), channels);
    return new StoredPixels() {
      @Override
      public Shape shape() {
        return shape;
      }

      @Override
      public void read(int x, int y, int width, int height, float[] values) {
        reader.read(x, y, width, height, values);
      }
    };
  }

  /** Returns a grey picture [H, W, 1] where the whole palette is grey. */
  private static StoredPixels fromPalette(BufferedImage image, IndexColorModel palette) {
    boolean grey = true;
    for (int i = 0; i < palette.getMapSize(); i++) {
      grey &= palette.getRed(i) == palette.getGreen(i) && palette.getRed(i) == palette.getBlue(i);
    }
    int channels = grey ? 1 : 3;
    return stored(
        image,
        channels,
        (x, y, width, height, values) -> {
          int at = 0;
          for (int index : image.getRaster().getSamples(x, y, width, height, 0, (int[]) null)) {
            float alpha = palette.getAlpha(index) / WHITE;
            int rgb = palette.getRGB(index);
            for (int c = 0; c < channels; c++) {
              int value = (rgb >> (16 - 8 * c)) & 0xFF;
              values[at++] = value * alpha + WHITE * (1 - alpha);
            }
          }
        });
  }

  private static StoredPixels fromSamples(BufferedImage image, ColorModel model, int channels) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    boolean hasAlpha = model.hasAlpha();
    float[] most = new float[bands];
    for (int b = 0; b < bands; b++) {
      most[b] = (1L << raster.getSampleModel().getSampleSize(b)) - 1;
    }
    return stored(
        image,
        channels,
        (x, y, width, height, values) -> {
          int left = raster.getMinX() + x;
          int top = raster.getMinY() + y;
          int[] samples = raster.getPixels(left, top, width, height, (int[]) null);
          int at = 0;
          for (int from = 0; from < samples.length; from += bands) {
            float alpha = hasAlpha ? samples[from + channels] / most[channels] : 1;
            float kept = model.isAlphaPremultiplied() ? 1 : alpha;
            for (int c = 0; c < channels; c++) {
              values[at++] = samples[from + c] * WHITE / most[c] * kept + WHITE * (1 - alpha);
            }
          }
        });
  }

  /** Returns a grey or RGB picture; values are rounded and limited to 0 … 255. */
  static BufferedImage toImage(Tensor t) {
    int height = t.shape().dim(0);
    int width = t.shape().dim(1);
    int channels = t.shape().dim(2);
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage image = new BufferedImage(width, height, type);
    int[] row = new int[width * channels];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < row.length; i++) {
        row[i] = toByte(t.data()[y * row.length + i]);
      }
      image.getRaster().setPixels(0, y, width, 1, row);
    }
    return image;
  }

  /** Returns the nearest whole number of 0 … 255. */
  static int toByte(float value) {
    return Math.clamp(Math.round(value), 0, 255);
  }
}
