package dev.fovea.studio.state;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * How much a kernel lets through of each wave: the magnitude of its Fourier transform, |Σ w[a, b] ·
 * e^(−i(v·a + u·b))|, on a grid of frequencies from −½ to ½ cycles a pixel, 0 in the middle. There
 * it is the sum of the weights.
 */
public final class KernelSpectrum {
  /** The frequencies of each axis: odd, so that 0 is one of them. */
  public static final int SIDE = 33;

  private KernelSpectrum() {}

  /**
   * Returns the magnitudes [33, 33]: rows are frequencies down, columns those across.
   *
   * @param kernel the weights [kh, kw]
   */
  public static Tensor of(Tensor kernel) {
    Tensor magnitudes = Tensor.zeros(Shape.of(SIDE, SIDE));
    for (int i = 0; i < magnitudes.data().length; i++) {
      magnitudes.data()[i] = (float) magnitude(kernel, frequency(i / SIDE), frequency(i % SIDE));
    }
    return magnitudes;
  }

  /** Returns a frequency in radians a pixel, from −π to π. */
  private static double frequency(int i) {
    return Math.PI * (2.0 * i / (SIDE - 1) - 1);
  }

  private static double magnitude(Tensor kernel, double down, double across) {
    int width = kernel.shape().dim(1);
    double real = 0;
    double imaginary = 0;
    for (int i = 0; i < kernel.data().length; i++) {
      int row = i / width;
      double angle = down * row + across * (i % width);
      real += kernel.data()[i] * Math.cos(angle);
      imaginary -= kernel.data()[i] * Math.sin(angle);
    }
    return Math.hypot(real, imaginary);
  }
}
