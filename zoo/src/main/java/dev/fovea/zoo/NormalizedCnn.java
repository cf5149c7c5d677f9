package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.logSoftmax;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;

/**
 * Three convolutions without padding or pooling, batch normalisation and two dense layers: the
 * network of Burn's example of imported weights, with its names.
 *
 * <p>It ends in batch normalisation and the logarithm of the softmax: 376,870 trained parameters on
 * pictures of 28×28 (80 + 1,168 + 3,480 + 48 + 371,744 + 330 + 20).
 */
public final class NormalizedCnn {
  static final Architecture ARCHITECTURE =
      new Architecture(
          "normalized-cnn",
          "small CNN with batch normalisation",
          2022,
          "Tracel AI: Burn, examples/import-model-weights",
          Shape.of(28, 28, 1),
          10,
          Recipe.adam(1e-3, 2, 64),
          NormalizedCnn::of);

  private NormalizedCnn() {}

  /** Returns the network for a number of classes. */
  public static Layer of(Scale scale) {
    return sequence(
        conv2d(scale.channels(8), 3).named("conv1"),
        relu().named("relu1"),
        conv2d(scale.channels(16), 3).named("conv2"),
        relu().named("relu2"),
        conv2d(scale.channels(24), 3).named("conv3"),
        relu().named("relu3"),
        batchNorm().named("norm1"),
        flatten(),
        dense(scale.channels(32)).named("fc1"),
        relu().named("relu4"),
        dense(scale.classes()).named("fc2"),
        batchNorm().named("norm2"),
        logSoftmax());
  }
}
