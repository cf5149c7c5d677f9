package dev.fovea.insight.convolution;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Convolution by its definition: the kernel is laid on each place, products are summed. */
final class DirectConvolution {
  private DirectConvolution() {}

  static Convolved of(Tensor x, Tensor w) {
    Shape out = ConvolutionWay.output(x.shape(), w.shape());
    int columns = x.shape().dim(1);
    int channels = x.shape().dim(2);
    int filters = out.dim(2);
    int width = w.shape().dim(1);
    Tensor y = Tensor.zeros(out);
    long products = 0;
    for (int i = 0; i < out.dim(0); i++) {
      for (int j = 0; j < out.dim(1); j++) {
        int to = (i * out.dim(1) + j) * filters;
        for (int a = 0; a < w.shape().dim(0); a++) {
          for (int b = 0; b < width; b++) {
            int pixel = ((i + a) * columns + j + b) * channels;
            int tap = (a * width + b) * channels * filters;
            for (int c = 0; c < channels; c++) {
              for (int o = 0; o < filters; o++) {
                y.data()[to + o] += x.data()[pixel + c] * w.data()[tap + c * filters + o];
              }
            }
            products += (long) channels * filters;
          }
        }
      }
    }
    return new Convolved(y, products, 0);
  }
}
