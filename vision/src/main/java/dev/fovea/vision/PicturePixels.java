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

  static Tensor toTensor(BufferedImage image, String name) {
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel palette) {
      return fromPalette(image, palette);
    }
    int space = model.getColorSpace().getType();
    int colours = model.getNumColorComponents();
    boolean grey = space == ColorSpace.TYPE_GRAY && colours == 1;
    if (space == ColorSpace.TYPE_CMYK) {
      throw cmyk(name);
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

  static FoveaException cmyk(String name) {
    return new FoveaException(name + ": pictures in CMYK colours are not read; save it in RGB");
  }

  /** Returns a grey picture [H, W, 1] where the whole palette is grey and opaque. */
  private static Tensor fromPalette(BufferedImage image, IndexColorModel palette) {
    boolean grey = true;
    for (int i = 0; i < palette.getMapSize(); i++) {
      grey &= palette.getRed(i) == palette.getGreen(i) && palette.getRed(i) == palette.getBlue(i);
    }
    int channels = grey ? 1 : 3;
    int width = image.getWidth();
    Tensor t = Tensor.zeros(Shape.of(image.getHeight(), width, channels));
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRaster().getSamples(0, y, width, 1, 0, row);
      for (int index : row) {
        float alpha = palette.getAlpha(index) / 255f;
        int rgb = palette.getRGB(index);
        for (int c = 0; c < channels; c++) {
          int value = (rgb >> (16 - 8 * c)) & 0xFF;
          t.data()[at++] = value * alpha + WHITE * (1 - alpha);
        }
      }
    }
    return t;
  }

  private static Tensor fromSamples(BufferedImage image, ColorModel model, int channels) {
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int bands = raster.getNumBands();
    boolean hasAlpha = model.hasAlpha();
    float[] most = new float[bands];
    for (int b = 0; b < bands; b++) {
      most[b] = (1L << raster.getSampleModel().getSampleSize(b)) - 1;
    }
    Tensor t = Tensor.zeros(Shape.of(image.getHeight(), width, channels));
    int[] row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int from = x * bands;
        float alpha = hasAlpha ? row[from + channels] / most[channels] : 1;
        float kept = model.isAlphaPremultiplied() ? 1 : alpha;
        for (int c = 0; c < channels; c++) {
          t.data()[at++] = row[from + c] * WHITE / most[c] * kept + WHITE * (1 - alpha);
        }
      }
    }
    return t;
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
