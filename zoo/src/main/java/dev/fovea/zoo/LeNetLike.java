package dev.fovea.zoo;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;

/** The LeNet of many tutorials: 3×3 convolutions and ReLU on 32×32 pixels, 81,194 parameters. */
public final class LeNetLike {
  static final Architecture ARCHITECTURE =
      new Architecture(
          "lenet-like",
          "LeNet-like",
          1998,
          "after LeCun et al., with 3×3 convolutions and ReLU",
          Shape.of(32, 32, 1),
          10,
          Recipe.adam(3e-3, 8, 64),
          s -> of(s.classes()));

  private LeNetLike() {}

  /** Returns the network for a number of classes. */
  public static Layer of(int classes) {
    return sequence(
        conv2d(6, 3),
        relu(),
        avgPool(2),
        conv2d(16, 3),
        relu(),
        avgPool(2),
        flatten(),
        dense(120),
        relu(),
        dense(84),
        relu(),
        dense(classes));
  }
}
