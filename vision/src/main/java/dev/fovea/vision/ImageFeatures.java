package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Pictures of features that take more than one kernel. */
final class ImageFeatures {
  private static final int GABOR_SIZE = 15;
  private static final double WAVELENGTH = 6;
  private static final double SIGMA = 3;
  private static final double ASPECT = 0.5;

  /** The eight neighbours clockwise from the upper left, as dy, dx. */
  private static final int[][] NEIGHBOURS = {
    {-1, -1}, {-1, 0}, {-1, 1}, {0, 1}, {1, 1}, {1, 0}, {1, -1}, {0, -1}
  };

  private ImageFeatures() {}

  private static Tensor sobelTop(Tensor grey) {
    return ImageKernel.parse("1 2 1; 0 0 0; -1 -2 -1").correlate(grey);
  }

  private static Tensor sobelLeft(Tensor grey) {
    return ImageKernel.parse("1 0 -1; 2 0 -2; 1 0 -1").correlate(grey);
  }

  static Tensor sobelMagnitude(Tensor image) {
    Tensor grey = Images.toGrey(image);
    Tensor top = sobelTop(grey);
    Tensor left = sobelLeft(grey);
    Tensor out = Tensor.zeros(grey.shape());
    for (int i = 0; i < out.data().length; i++) {
      out.data()[i] = (float) Math.min(255, length(top.data()[i], left.data()[i]));
    }
    return out;
  }

  private static double length(double a, double b) {
    return Math.sqrt(a * a + b * b);
  }

  /** Returns red where brightness rises to the right, then around the colour circle clockwise. */
  static Tensor sobelDirection(Tensor image) {
    Tensor grey = Images.toGrey(image);
    Tensor top = sobelTop(grey);
    Tensor left = sobelLeft(grey);
    Tensor out = Tensor.zeros(grey.shape().withDim(2, 3));
    for (int i = 0; i < grey.data().length; i++) {
      double right = -left.data()[i];
      double down = -top.data()[i];
      double turn = StrictMath.atan2(down, right) / (2 * Math.PI);
      double brightness = Math.min(255, length(right, down));
      for (int c = 0; c < 3; c++) {
        double hue = (turn - c / 3.0 + 2) % 1;
        double distance = Math.min(hue, 1 - hue);
        out.data()[3 * i + c] = (float) (brightness * Math.clamp(2 - 6 * distance, 0.0, 1.0));
      }
    }
    return out;
  }

  /**
   * Returns the Gabor kernel exp(−(x'² + γ² y'²) / 2σ²) cos(2π x' / λ) with its mean taken away and
   * its positive weights summing to 4; x' runs in the direction {@code degrees}, clockwise from the
   * right.
   */
  static ImageKernel gabor(double degrees) {
    double cos = StrictMath.cos(StrictMath.toRadians(degrees));
    double sin = StrictMath.sin(StrictMath.toRadians(degrees));
    double[] w = new double[GABOR_SIZE * GABOR_SIZE];
    double mean = 0;
    for (int i = 0; i < w.length; i++) {
      double y = i / GABOR_SIZE - GABOR_SIZE / 2;
      double x = i % GABOR_SIZE - GABOR_SIZE / 2;
      double along = x * cos + y * sin;
      double across = ASPECT * (y * cos - x * sin);
      double bell = StrictMath.exp(-(along * along + across * across) / (2 * SIGMA * SIGMA));
      w[i] = bell * StrictMath.cos(2 * Math.PI * along / WAVELENGTH);
      mean += w[i] / w.length;
    }
    float[] weights = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      weights[i] = (float) (w[i] - mean);
    }
    ImageKernel kernel = ImageKernel.of(GABOR_SIZE, GABOR_SIZE, weights);
    return kernel.scaled(KernelChain.STRENGTH / kernel.positiveSum());
  }

  static Tensor gaborBank(Tensor image) {
    Tensor grey = Images.toGrey(image);
    Tensor out = Tensor.zeros(grey.shape());
    for (int k = 0; k < 8; k++) {
      Tensor response = gabor(22.5 * k).correlate(grey);
      for (int i = 0; i < out.data().length; i++) {
        float size = Math.min(255, Math.abs(response.data()[i]));
        out.data()[i] = Math.max(out.data()[i], size);
      }
    }
    return out;
  }

  /**
   * Returns for each pixel the number whose bit k says that neighbour k, clockwise from the upper
   * left, is at least as bright (Ojala, Pietikäinen and Harwood, 1996); the edge is repeated.
   */
  static Tensor localBinaryPatterns(Tensor image) {
    Tensor grey = Images.toGrey(image);
    Shape s = grey.shape();
    Tensor out = Tensor.zeros(s);
    for (int y = 0; y < s.dim(0); y++) {
      for (int x = 0; x < s.dim(1); x++) {
        float centre = grey.data()[y * s.dim(1) + x];
        int bits = 0;
        for (int k = 0; k < NEIGHBOURS.length; k++) {
          int ny = Math.clamp(y + (long) NEIGHBOURS[k][0], 0, s.dim(0) - 1);
          int nx = Math.clamp(x + (long) NEIGHBOURS[k][1], 0, s.dim(1) - 1);
          bits |= grey.data()[ny * s.dim(1) + nx] >= centre ? 1 << k : 0;
        }
        out.data()[y * s.dim(1) + x] = bits;
      }
    }
    return out;
  }
}
