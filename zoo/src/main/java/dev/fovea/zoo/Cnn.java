package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;

/** A small network that learns MNIST to about 99 % in one epoch. */
public final class Cnn {
  static final Architecture ARCHITECTURE =
      new Architecture(
          "cnn",
          "small CNN",
          2015,
          "two convolutions with max pooling, trained under one cycle (Smith, 2018)",
          Shape.of(28, 28, 1),
          10,
          new Recipe("adamw", 6e-3, "one-cycle", 1, 96, 0.05),
          s -> of(s.classes()));

  private Cnn() {}

  /** Returns the network for a number of classes. */
  public static Layer of(int classes) {
    return sequence(
        conv2d(24, 5),
        maxPool(2),
        relu(),
        conv2d(32, 3),
        maxPool(2),
        relu(),
        flatten(),
        dense(256),
        relu(),
        dense(classes));
  }
}
