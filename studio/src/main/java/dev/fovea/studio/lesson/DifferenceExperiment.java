package dev.fovea.studio.lesson;

import dev.fovea.insight.convolution.ConvolutionBackward;
import dev.fovea.insight.convolution.ConvolutionWay;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * The gradient of one weight, once by backpropagation and once by changing the weight a little: L =
 * Σ Y · dY with Y the correlation of X = 1 … 9 and a kernel of 2 × 2.
 */
final class DifferenceExperiment implements Experiment {
  private static final Shape X = Shape.of(3, 3, 1);
  private static final Shape K = Shape.of(2, 2, 1, 1);

  @Override
  public String name() {
    return "difference";
  }

  @Override
  public Figures show(Fields f) {
    int weight = f.integer("weight", 1, 4) - 1;
    double step = f.number("step", 1e-4, 1);
    Tensor x = Tensor.of(X, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    Tensor k = Tensor.of(K, 1, 0, 0, -1);
    Tensor dy = Tensor.of(Shape.of(2, 2, 1), 1, 2, 3, 4);
    ConvolutionBackward back = ConvolutionBackward.of(x, k, dy);
    double above = loss(x, moved(k, weight, step), dy);
    double below = loss(x, moved(k, weight, -step), dy);
    return new Figures()
        .number("loss", loss(x, k, dy))
        .number("loss, weight a little larger", above)
        .number("loss, weight a little smaller", below)
        .number("difference quotient", (above - below) / (2 * step))
        .number("gradient", back.weights().data()[weight])
        .grid("dW by backpropagation", back.weights().reshape(Shape.of(2, 2)))
        .grid("dX by backpropagation", back.input().reshape(Shape.of(3, 3)));
  }

  private static Tensor moved(Tensor k, int weight, double by) {
    Tensor other = k.copy();
    other.data()[weight] += (float) by;
    return other;
  }

  private static double loss(Tensor x, Tensor k, Tensor dy) {
    Tensor y = ConvolutionWay.DIRECT.convolve(x, k).output();
    double sum = 0;
    for (int i = 0; i < y.data().length; i++) {
      sum += (double) y.data()[i] * dy.data()[i];
    }
    return sum;
  }
}
