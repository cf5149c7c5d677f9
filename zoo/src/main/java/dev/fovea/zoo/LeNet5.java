package dev.fovea.zoo;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.tanh;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;

/**
 * LeNet-5 with its original activations and poolings: tanh and average pooling.
 *
 * <p>The paper pads digits of 28×28 pixels to 32×32. Here the first convolution pads smaller
 * pictures by 2, with the same result. The sparse connections, trained pooling coefficients and
 * Gaussian output layer of the paper are left out, as is usual: 61,706 parameters.
 */
public final class LeNet5 {
  private static final int UNPADDED = 32;

  static final Architecture ARCHITECTURE =
      new Architecture(
          "lenet5",
          "LeNet-5",
          1998,
          "LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition",
          Shape.of(28, 28, 1),
          10,
          Recipe.adam(4e-3, 8, 64),
          s -> of(s.classes()));

  private LeNet5() {}

  /** The first convolution, which pads small pictures. */
  private record FirstConvolution(Conv2d convolution) implements Layer {
    @Override
    public Signal forward(Signal x) {
      boolean small = x.shape().rank() == 4 && x.shape().dim(1) < UNPADDED;
      return (small ? convolution.same() : convolution).forward(x);
    }

    @Override
    public String kind() {
      return convolution.kind();
    }
  }

  /** Returns LeNet-5 for a number of classes. */
  public static Layer of(int classes) {
    return sequence(
        new FirstConvolution(conv2d(6, 5)),
        tanh(),
        avgPool(2),
        conv2d(16, 5),
        tanh(),
        avgPool(2),
        flatten(),
        dense(120),
        tanh(),
        dense(84),
        tanh(),
        dense(classes));
  }
}
