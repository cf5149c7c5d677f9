package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.localResponseNorm;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;

/**
 * AlexNet for one device: five convolutions of 96, 256, 384, 384 and 256 filters, the first two
 * followed by local response normalisation, and three dense layers.
 *
 * <p>The paper splits some convolutions over two devices; here every filter sees every channel. The
 * input is 227×227, with which its first layer comes out at 55×55.
 */
public final class AlexNet {
  static final Architecture ARCHITECTURE =
      new Architecture(
          "alexnet",
          "AlexNet",
          2012,
          "Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural"
              + " Networks",
          Shape.of(227, 227, 3),
          1000,
          Architecture.Task.CLASSIFICATION,
          new Recipe("sgd", 0.01, "step", 90, 128, 5e-4),
          AlexNet::of);

  private AlexNet() {}

  /** Returns AlexNet for a number of classes. */
  public static Layer of(int classes) {
    Initializer he = Initializer.heNormal();
    Layer features =
        sequence(
            conv2d(96, 11).stride(4).init(he),
            relu(),
            localResponseNorm(5),
            maxPool(3).stride(2),
            conv2d(256, 5).padding(2).init(he),
            relu(),
            localResponseNorm(5),
            maxPool(3).stride(2),
            conv2d(384, 3).padding(1).init(he),
            relu(),
            conv2d(384, 3).padding(1).init(he),
            relu(),
            conv2d(256, 3).padding(1).init(he),
            relu(),
            maxPool(3).stride(2));
    Layer classifier =
        sequence(
            dense(4096).init(he),
            relu(),
            dropout(0.5),
            dense(4096).init(he),
            relu(),
            dropout(0.5),
            dense(classes));
    return sequence(features.named("features"), flatten(), classifier.named("classifier"));
  }
}
