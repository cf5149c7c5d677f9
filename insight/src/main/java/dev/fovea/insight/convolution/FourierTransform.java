package dev.fovea.insight.convolution;

/**
 * The fast Fourier transform of n complex numbers in place, n a power of 2, by the algorithm of
 * Cooley and Tukey: n log₂ n / 2 complex products. It counts the real products that it computes.
 */
final class FourierTransform {
  private final double[] cosines;
  private final double[] sines;
  private final int n;
  private long multiplications;

  FourierTransform(int n) {
    if (Integer.bitCount(n) != 1) {
      throw new IllegalArgumentException("a power of 2 expected, got " + n);
    }
    this.n = n;
    this.cosines = new double[n / 2];
    this.sines = new double[n / 2];
    for (int i = 0; i < n / 2; i++) {
      cosines[i] = Math.cos(2 * Math.PI * i / n);
      sines[i] = -Math.sin(2 * Math.PI * i / n);
    }
  }

  static int atLeast(int extent) {
    return extent <= 1 ? 1 : Integer.highestOneBit(extent - 1) * 2;
  }

  long multiplications() {
    return multiplications;
  }

  /** Transforms n numbers that lie {@code stride} apart, both ways without the factor 1/n. */
  void run(double[] re, double[] im, int from, int stride, boolean inverse) {
    reverse(re, im, from, stride);
    for (int half = 1; half < n; half *= 2) {
      int step = n / (2 * half);
      for (int k = 0; k < n; k++) {
        if ((k & half) == 0) {
          int t = k % half * step;
          butterfly(
              re,
              im,
              from + k * stride,
              from + (k + half) * stride,
              cosines[t],
              inverse ? -sines[t] : sines[t]);
        }
      }
    }
  }

  private void butterfly(double[] re, double[] im, int a, int b, double c, double s) {
    double r = re[b] * c - im[b] * s;
    double i = re[b] * s + im[b] * c;
    multiplications += 4;
    re[b] = re[a] - r;
    im[b] = im[a] - i;
    re[a] += r;
    im[a] += i;
  }

  private void reverse(double[] re, double[] im, int from, int stride) {
    int bits = Integer.numberOfTrailingZeros(n);
    for (int i = 0; i < n; i++) {
      int j = bits == 0 ? 0 : Integer.reverse(i) >>> (Integer.SIZE - bits);
      if (i < j) {
        swap(re, from + i * stride, from + j * stride);
        swap(im, from + i * stride, from + j * stride);
      }
    }
  }

  private static void swap(double[] v, int i, int j) {
    double t = v[i];
    v[i] = v[j];
    v[j] = t;
  }
}
