package dev.fovea.insight.convolution;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Convolution as one matrix product (im2col): row p of the matrix is the window at place p, laid
 * out as the weights of a filter are; a column of the other matrix is a filter.
 *
 * <p>It takes kh · kw times the memory of the image, which is what its regular work costs.
 */
public final class MatrixConvolution {
  private MatrixConvolution() {}

  static Convolved of(Tensor x, Tensor w) {
    Shape out = ConvolutionWay.output(x.shape(), w.shape());
    Tensor rows = windows(x, w.shape().dim(0), w.shape().dim(1));
    int taps = rows.shape().dim(1);
    int filters = out.dim(2);
    Tensor y = Tensor.zeros(out);
    for (int p = 0; p < rows.shape().dim(0); p++) {
      for (int t = 0; t < taps; t++) {
        float value = rows.data()[p * taps + t];
        for (int o = 0; o < filters; o++) {
          y.data()[p * filters + o] += value * w.data()[t * filters + o];
        }
      }
    }
    long products = (long) rows.data().length * filters;
    return new Convolved(y, products, 4L * rows.data().length);
  }

  /**
   * Returns the windows of an image as rows: [places, kh · kw · C].
   *
   * @param x [H, W, C]
   */
  public static Tensor windows(Tensor x, int kernelHeight, int kernelWidth) {
    Shape s = x.shape();
    int h = s.dim(0) - kernelHeight + 1;
    int w = s.dim(1) - kernelWidth + 1;
    int strip = kernelWidth * s.dim(2);
    Tensor rows = Tensor.zeros(Shape.of(h * w, kernelHeight * strip));
    for (int p = 0; p < h * w; p++) {
      for (int a = 0; a < kernelHeight; a++) {
        int from = ((p / w + a) * s.dim(1) + p % w) * s.dim(2);
        System.arraycopy(x.data(), from, rows.data(), (p * kernelHeight + a) * strip, strip);
      }
    }
    return rows;
  }
}
