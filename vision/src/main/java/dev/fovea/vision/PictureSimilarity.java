package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** How alike two pictures of one size are, with values 0 … 255. */
public final class PictureSimilarity {
  private static final double MOST = 255;
  private static final double DECIBELS = 10;
  private static final int WINDOW = 11;
  private static final double SIGMA = 1.5;
  private static final double C1 = 0.01 * MOST * 0.01 * MOST;
  private static final double C2 = 0.03 * MOST * 0.03 * MOST;

  private PictureSimilarity() {}

  /**
   * Returns the peak signal-to-noise ratio (PSNR) in decibels, 10 · log₁₀(255² / mean squared
   * difference); infinite for equal pictures.
   *
   * @throws FoveaException if they are of different sizes
   */
  public static double peakSignalToNoise(Tensor a, Tensor b) {
    requireSame("peak signal-to-noise ratio", a, b);
    return DECIBELS * Math.log10(MOST * MOST * a.data().length / squares(a, b));
  }

  /**
   * Returns the mean squared difference (MSE), 0 … 255².
   *
   * @throws FoveaException if they are of different sizes
   */
  public static double squaredDifference(Tensor a, Tensor b) {
    requireSame("squared difference", a, b);
    return squares(a, b) / a.data().length;
  }

  private static double squares(Tensor a, Tensor b) {
    double squares = 0;
    for (int i = 0; i < a.data().length; i++) {
      double d = (double) a.data()[i] - b.data()[i];
      squares += d * d;
    }
    return squares;
  }

  /**
   * Returns the mean absolute difference (L1), 0 … 255.
   *
   * @throws FoveaException if they are of different sizes
   */
  public static double absoluteDifference(Tensor a, Tensor b) {
    requireSame("absolute difference", a, b);
    double sum = 0;
    for (int i = 0; i < a.data().length; i++) {
      sum += Math.abs((double) a.data()[i] - b.data()[i]);
    }
    return sum / a.data().length;
  }

  /**
   * Returns the structural similarity (SSIM): the mean over windows and channels of
   *
   * <pre>(2·μ₁·μ₂ + c₁)·(2·σ₁₂ + c₂) / ((μ₁² + μ₂² + c₁)·(σ₁² + σ₂² + c₂)),</pre>
   *
   * with means, variances and the covariance of each window weighted by a Gaussian of 11 × 11
   * pixels and a deviation of 1.5, c₁ = (0.01 · 255)², c₂ = (0.03 · 255)². Windows lie inside the
   * picture; in smaller pictures they are as large as these. 1 for equal pictures (Wang et al.,
   * 2004).
   *
   * @throws FoveaException if they are of different sizes
   */
  public static double structural(Tensor a, Tensor b) {
    requireSame("structural similarity", a, b);
    Shape s = a.shape();
    int channels = s.dim(2);
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += structural(channel(a, c), channel(b, c), s.dim(0), s.dim(1));
    }
    return sum / channels;
  }

  private static void requireSame(String what, Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      throw new FoveaException(
          "%s: pictures of one size expected, got %s and %s".formatted(what, a.shape(), b.shape()));
    }
    Images.requirePicture(a);
  }

  private static double[] channel(Tensor picture, int channel) {
    int channels = picture.shape().dim(2);
    double[] values = new double[picture.data().length / channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = picture.data()[i * channels + channel];
    }
    return values;
  }

  private static double structural(double[] a, double[] b, int height, int width) {
    double[] m1 = means(a, height, width);
    double[] m2 = means(b, height, width);
    double[] aa = means(products(a, a), height, width);
    double[] bb = means(products(b, b), height, width);
    double[] ab = means(products(a, b), height, width);
    double sum = 0;
    for (int i = 0; i < m1.length; i++) {
      double light = 2 * m1[i] * m2[i] + C1;
      double lights = m1[i] * m1[i] + m2[i] * m2[i] + C1;
      double structure = 2 * (ab[i] - m1[i] * m2[i]) + C2;
      double contrast = aa[i] - m1[i] * m1[i] + bb[i] - m2[i] * m2[i] + C2;
      sum += light * structure / (lights * contrast);
    }
    return sum / m1.length;
  }

  private static double[] products(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = a[i] * b[i];
    }
    return out;
  }

  /** Returns the weighted means of all windows, down and then across. */
  private static double[] means(double[] values, int height, int width) {
    double[] down = weights(height);
    double[] across = weights(width);
    int rows = height - down.length + 1;
    int columns = width - across.length + 1;
    double[] part = new double[rows * width];
    for (int i = 0; i < part.length; i++) {
      for (int k = 0; k < down.length; k++) {
        part[i] += down[k] * values[i + k * width];
      }
    }
    double[] out = new double[rows * columns];
    for (int i = 0; i < out.length; i++) {
      for (int k = 0; k < across.length; k++) {
        out[i] += across[k] * part[i / columns * width + i % columns + k];
      }
    }
    return out;
  }

  private static double[] weights(int extent) {
    double[] weights = new double[Math.min(WINDOW, extent)];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double off = i - (weights.length - 1) / 2.0;
      weights[i] = StrictMath.exp(-off * off / (2 * SIGMA * SIGMA));
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }
}
