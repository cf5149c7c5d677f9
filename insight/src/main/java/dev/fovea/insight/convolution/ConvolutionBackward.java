package dev.fovea.insight.convolution;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Backpropagation through a convolution of stride 1 without padding, by its definition.
 *
 * @param weights dW[a, b, c, o] = Σ x[i + a, j + b, c] · dY[i, j, o]: X correlated with dY
 * @param input dX[i + a, j + b, c] += w[a, b, c, o] · dY[i, j, o]: the full convolution of dY with
 *     the kernel
 * @param bias db[o] = Σ dY[i, j, o]
 */
public record ConvolutionBackward(Tensor weights, Tensor input, Tensor bias) {

  /**
   * Returns the gradients.
   *
   * @param x [H, W, Cin]
   * @param w [kh, kw, Cin, Cout]
   * @param dy the gradient with respect to the output
   * @throws FoveaException if it is not of the output's shape
   */
  public static ConvolutionBackward of(Tensor x, Tensor w, Tensor dy) {
    Shape out = ConvolutionWay.output(x.shape(), w.shape());
    if (!dy.shape().equals(out)) {
      throw new FoveaException("convolution: a gradient " + out + " expected, got " + dy.shape());
    }
    Tensor dw = Tensor.zeros(w.shape());
    Tensor dx = Tensor.zeros(x.shape());
    Tensor db = Tensor.zeros(Shape.of(out.dim(2)));
    int channels = x.shape().dim(2);
    int filters = out.dim(2);
    for (int i = 0; i < dy.data().length; i++) {
      int o = i % filters;
      int column = i / filters % out.dim(1);
      int row = i / filters / out.dim(1);
      db.data()[o] += dy.data()[i];
      for (int t = 0; t < w.data().length / filters; t++) {
        int tap = t / channels;
        int y = row + tap / w.shape().dim(1);
        int at = (y * x.shape().dim(1) + column + tap % w.shape().dim(1)) * channels + t % channels;
        dw.data()[t * filters + o] += x.data()[at] * dy.data()[i];
        dx.data()[at] += w.data()[t * filters + o] * dy.data()[i];
      }
    }
    return new ConvolutionBackward(dw, dx, db);
  }
}
