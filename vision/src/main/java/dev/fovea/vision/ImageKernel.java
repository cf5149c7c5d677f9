package dev.fovea.vision;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * An image kernel: a matrix of weights that is applied to every channel of a picture.
 *
 * <p>{@link #correlate} applies the kernel as it is written, as the layers of networks do: out[y,
 * x] = Σ w[i, j] · in[y + i − top, x + j − left], with top = (height − 1) / 2 and left = (width −
 * 1) / 2 rounded down. {@link #convolve} rotates the kernel by 180° first.
 */
public final class ImageKernel {
  private static final int MAX_SIDE = 255;

  private final int height;
  private final int width;
  private final float[] weights;

  /** How pixels beyond the border of a picture are treated. */
  public enum Border {
    /** The nearest pixel of the picture; the result has the picture's size. The default. */
    REPLICATE,
    /** Zeros; the result has the picture's size. */
    ZERO,
    /**
     * The picture mirrored at its outermost pixels, which are not repeated (… 2 1 0 1 2 …); the
     * result has the picture's size.
     */
    REFLECT,
    /** Only positions where the whole kernel lies within the picture are computed. */
    VALID
  }

  private ImageKernel(int height, int width, float[] weights) {
    this.height = height;
    this.width = width;
    this.weights = weights;
  }

  /**
   * Returns the kernel with these weights, row by row.
   *
   * @throws FoveaException if the number of weights is not height · width or a side is out of range
   */
  public static ImageKernel of(int height, int width, float... weights) {
    if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE) {
      throw new FoveaException(
          "kernel of %s×%s, allowed are 1 to %s".formatted(height, width, MAX_SIDE));
    }
    if (weights.length != height * width) {
      throw new FoveaException(
          "kernel of %s×%s needs %s weights, got %s"
              .formatted(height, width, height * width, weights.length));
    }
    return new ImageKernel(height, width, weights.clone());
  }

  /**
   * Returns the kernel of a text such as {@code "0 -1 0; -1 5 -1; 0 -1 0"}: rows are separated by
   * semicolons, weights by spaces or commas; a weight may be a fraction such as {@code 1/9}.
   *
   * @throws FoveaException if rows differ in length or something is not a number
   */
  public static ImageKernel parse(String text) {
    String[] rows = text.split(";", -1);
    int width = words(rows[0]).length;
    float[] weights = new float[0];
    for (int i = 0; i < rows.length; i++) {
      String[] words = words(rows[i]);
      if (words.length != width) {
        throw new FoveaException(
            "kernel \"%s\": row %s has %s weights, the first row has %s"
                .formatted(Text.shown(text), i + 1, words.length, width));
      }
      int at = weights.length;
      weights = Arrays.copyOf(weights, at + width);
      for (int j = 0; j < width; j++) {
        weights[at + j] = number(words[j], text);
      }
    }
    return of(rows.length, width, weights);
  }

  private static String[] words(String row) {
    return row.isBlank() ? new String[0] : row.strip().split("[\\s,]+", -1);
  }

  private static float number(String word, String text) {
    String[] parts = word.split("/", -1);
    try {
      float value =
          parts.length == 2
              ? Float.parseFloat(parts[0]) / Float.parseFloat(parts[1])
              : Float.parseFloat(word);
      if (Float.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new FoveaException(
        "kernel \"%s\": \"%s\" is not a number; expected rows such as \"0 -1 0; -1 5 -1; 0 -1 0\""
            .formatted(Text.shown(text), Text.shown(word)));
  }

  /**
   * Returns the Gaussian kernel exp(−(x² + y²) / 2σ²), divided by its sum.
   *
   * @param size the height and width, odd
   * @param sigma σ in pixels
   * @throws FoveaException if the size is even or σ is not positive
   */
  public static ImageKernel gaussian(int size, double sigma) {
    if (size < 1 || size % 2 == 0 || size > MAX_SIDE || !(sigma > 0 && Double.isFinite(sigma))) {
      throw new FoveaException(
          "gaussian kernel of size %s and sigma %s: an odd size to %s and a positive sigma expected"
              .formatted(size, sigma, MAX_SIDE));
    }
    int middle = size / 2;
    double[] bell = new double[size];
    for (int i = 0; i < size; i++) {
      bell[i] = StrictMath.exp(-(i - middle) * (i - middle) / (2 * sigma * sigma));
    }
    double sum = Arrays.stream(bell).sum();
    float[] w = new float[size * size];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) (bell[i / size] * bell[i % size] / (sum * sum));
    }
    return new ImageKernel(size, size, w);
  }

  /** Returns the height. */
  public int height() {
    return height;
  }

  /** Returns the width. */
  public int width() {
    return width;
  }

  /** Returns the weight in a row and column. */
  public float weight(int row, int column) {
    return weights[row * width + column];
  }

  /** Returns the sum of the weights. */
  public double sum() {
    double sum = 0;
    for (float w : weights) {
      sum += w;
    }
    return sum;
  }

  /** Returns the sum of the weights above zero: the largest response to values 0 … 1. */
  public double positiveSum() {
    double sum = 0;
    for (float w : weights) {
      sum += Math.max(0, w);
    }
    return sum;
  }

  /** Returns the kernel with every weight multiplied. */
  public ImageKernel scaled(double factor) {
    float[] w = new float[weights.length];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) (weights[i] * factor);
    }
    return new ImageKernel(height, width, w);
  }

  /**
   * Returns the kernel minus another of the same size.
   *
   * @throws FoveaException if the sizes differ
   */
  public ImageKernel minus(ImageKernel other) {
    if (height != other.height || width != other.width) {
      throw new FoveaException(
          "kernels of %s×%s and %s×%s have no difference"
              .formatted(height, width, other.height, other.width));
    }
    float[] w = weights.clone();
    for (int i = 0; i < w.length; i++) {
      w[i] -= other.weights[i];
    }
    return new ImageKernel(height, width, w);
  }

  /** Returns the kernel rotated by 180°. */
  public ImageKernel rotated() {
    float[] w = new float[weights.length];
    for (int i = 0; i < w.length; i++) {
      w[i] = weights[w.length - 1 - i];
    }
    return new ImageKernel(height, width, w);
  }

  /** Returns the cross-correlation with a picture, whose border pixels are repeated. */
  public Tensor correlate(Tensor image) {
    return correlate(image, Border.REPLICATE);
  }

  /** Returns the convolution with a picture: the kernel is rotated by 180° first. */
  public Tensor convolve(Tensor image, Border border) {
    return rotated().correlate(image, border);
  }

  /** Returns the cross-correlation with a picture, at every pixel. */
  public Tensor correlate(Tensor image, Border border) {
    return correlate(image, border, 1);
  }

  /**
   * Returns the cross-correlation with each channel of a picture [H, W, C], at every {@code
   * stride}-th pixel of it: out[y, x] is what {@link #correlate(Tensor, Border)} has at [y ·
   * stride, x · stride].
   *
   * @return [⌈H / stride⌉, ⌈W / stride⌉, C], or [⌈(H − height + 1) / stride⌉, ⌈(W − width + 1) /
   *     stride⌉, C] for {@link Border#VALID}
   * @throws FoveaException if the kernel is larger than the picture, or the stride is less than 1
   */
  public Tensor correlate(Tensor image, Border border, int stride) {
    Images.requirePicture(image);
    requireStride(stride);
    int h = image.shape().dim(0);
    int w = image.shape().dim(1);
    if (height > h || width > w) {
      throw new FoveaException(
          "kernel of %s×%s is larger than the picture of %s×%s".formatted(height, width, h, w));
    }
    boolean valid = border == Border.VALID;
    int tall = 1 + (valid ? h - height : h - 1) / stride;
    int wide = 1 + (valid ? w - width : w - 1) / stride;
    int[][] rows = new int[height][];
    for (int i = 0; i < height; i++) {
      rows[i] = sources(tall, stride, i - (valid ? 0 : (height - 1) / 2), h, border);
    }
    int[][] columns = new int[width][];
    for (int j = 0; j < width; j++) {
      columns[j] = sources(wide, stride, j - (valid ? 0 : (width - 1) / 2), w, border);
    }
    Tensor out = Tensor.zeros(Shape.of(tall, wide, image.shape().dim(2)));
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        accumulate(weights[i], image, rows[i / width], columns[i % width], out);
      }
    }
    return out;
  }

  static void requireStride(int stride) {
    if (stride < 1) {
      throw new FoveaException("kernel with stride %s, expected is 1 or more".formatted(stride));
    }
  }

  /** Returns which row or column each place of a result reads; −1 for zero. */
  private static int[] sources(int places, int stride, int shift, int extent, Border border) {
    int[] sources = new int[places];
    for (int i = 0; i < places; i++) {
      int at = i * stride + shift;
      sources[i] =
          at >= 0 && at < extent
              ? at
              : switch (border) {
                case REPLICATE -> at < 0 ? 0 : extent - 1;
                case REFLECT -> at < 0 ? -at : 2 * (extent - 1) - at;
                case ZERO, VALID -> -1;
              };
    }
    return sources;
  }

  /** Adds the pixels that a weight meets, multiplied by it. */
  private static void accumulate(
      float weight, Tensor image, int[] rows, int[] columns, Tensor out) {
    int channels = image.shape().dim(2);
    float[] from = image.data();
    float[] to = out.data();
    int at = 0;
    for (int row : rows) {
      for (int column : columns) {
        if (row < 0 || column < 0) {
          at += channels;
          continue;
        }
        int source = (row * image.shape().dim(1) + column) * channels;
        for (int c = 0; c < channels; c++) {
          to[at++] += weight * from[source + c];
        }
      }
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ImageKernel k
        && height == k.height
        && width == k.width
        && Arrays.equals(weights, k.weights);
  }

  @Override
  public int hashCode() {
    return 31 * width + Arrays.hashCode(weights);
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < weights.length; i++) {
      s.append(i == 0 ? "" : i % width == 0 ? "; " : " ");
      float w = weights[i];
      s.append(w == Math.rint(w) && Math.abs(w) < 1e6 ? Integer.toString((int) w) : "" + w);
    }
    return s.toString();
  }
}
