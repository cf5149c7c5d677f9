package dev.fovea.insight.convolution;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Convolution by the convolution theorem: each plane is transformed once, the spectra of image and
 * filter are multiplied place by place and summed over the channels, and each output plane is
 * transformed back. Cross-correlation takes the conjugate of the filter's spectrum. Extents are
 * padded to powers of 2.
 */
final class FourierConvolution {
  private final int h;
  private final int w;
  private final FourierTransform rows;
  private final FourierTransform columns;
  private long products;

  private FourierConvolution(int height, int width) {
    this.h = FourierTransform.atLeast(height);
    this.w = FourierTransform.atLeast(width);
    this.rows = new FourierTransform(w);
    this.columns = new FourierTransform(h);
  }

  /** A plane's spectrum, real and imaginary parts. */
  private static final class Spectrum {
    final double[] re;
    final double[] im;

    Spectrum(int size) {
      this.re = new double[size];
      this.im = new double[size];
    }
  }

  static Convolved of(Tensor x, Tensor w) {
    return new FourierConvolution(x.shape().dim(0), x.shape().dim(1)).convolve(x, w);
  }

  private Convolved convolve(Tensor x, Tensor weights) {
    Shape out = ConvolutionWay.output(x.shape(), weights.shape());
    int channels = x.shape().dim(2);
    Tensor y = Tensor.zeros(out);
    Spectrum[] image = new Spectrum[channels];
    for (int c = 0; c < channels; c++) {
      image[c] = plane(x, x.shape().dim(0), x.shape().dim(1), c, channels);
    }
    for (int o = 0; o < out.dim(2); o++) {
      Spectrum sum = new Spectrum(h * w);
      for (int c = 0; c < channels; c++) {
        int last = c * out.dim(2) + o;
        Spectrum filter =
            plane(
                weights,
                weights.shape().dim(0),
                weights.shape().dim(1),
                last,
                channels * out.dim(2));
        addProduct(sum, image[c], filter);
      }
      transform(sum, true);
      for (int i = 0; i < out.dim(0) * out.dim(1); i++) {
        double value = sum.re[i / out.dim(1) * w + i % out.dim(1)];
        y.data()[i * out.dim(2) + o] = (float) (value / (h * w));
      }
    }
    long all = products + rows.multiplications() + columns.multiplications();
    return new Convolved(y, all, 16L * h * w * (channels + 2));
  }

  /** Returns the spectrum of one channel of [rows, columns, channels], padded with zeros. */
  private Spectrum plane(Tensor t, int height, int width, int channel, int channels) {
    Spectrum s = new Spectrum(h * w);
    for (int i = 0; i < height * width; i++) {
      s.re[i / width * w + i % width] = t.data()[i * channels + channel];
    }
    transform(s, false);
    return s;
  }

  private void transform(Spectrum s, boolean inverse) {
    for (int y = 0; y < h; y++) {
      rows.run(s.re, s.im, y * w, 1, inverse);
    }
    for (int x = 0; x < w; x++) {
      columns.run(s.re, s.im, x, w, inverse);
    }
  }

  private void addProduct(Spectrum sum, Spectrum a, Spectrum b) {
    for (int i = 0; i < h * w; i++) {
      sum.re[i] += a.re[i] * b.re[i] + a.im[i] * b.im[i];
      sum.im[i] += a.im[i] * b.re[i] - a.re[i] * b.im[i];
    }
    products += 4L * h * w;
  }
}
