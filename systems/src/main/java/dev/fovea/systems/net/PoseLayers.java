package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.zoo.Scale;

/** What the networks of key points are made of: a small residual network, and ways back up. */
final class PoseLayers {
  /** The stride of the trunk's end. */
  static final int TRUNK_STRIDE = 16;

  /** The stride of maps. */
  static final int MAP_STRIDE = 4;

  private PoseLayers() {}

  /** Returns a convolution with batch normalisation and ReLU. */
  static Layer block(int filters, int kernel, int stride) {
    return sequence(
        conv2d(filters, kernel)
            .stride(stride)
            .padding(kernel / 2)
            .noBias()
            .init(Initializer.heNormal()),
        batchNorm(),
        relu());
  }

  private static Layer twice(int filters) {
    return residual(
        sequence(
            block(filters, 3, 1),
            conv2d(filters, 3).padding(1).noBias().init(Initializer.heNormal()),
            batchNorm()));
  }

  /** Returns the layer from a picture to stride 2. */
  static Layer half(Scale scale) {
    return block(scale.channels(24), 3, 2);
  }

  /** Returns the layer from stride 2 to stride 4. */
  static Layer quarter(Scale scale) {
    return block(scale.channels(32), 3, 2);
  }

  /** Returns the layers from a picture to stride 4. */
  static Layer stem(Scale scale) {
    return sequence(half(scale), quarter(scale));
  }

  /** Returns the layers from stride 4 to stride 8. */
  static Layer middle(Scale scale) {
    int channels = scale.channels(64);
    return sequence(block(channels, 3, 2), twice(channels), relu());
  }

  /** Returns the layers from stride 8 to stride 16. */
  static Layer deep(Scale scale) {
    int channels = scale.channels(128);
    return sequence(block(channels, 3, 2), twice(channels), relu(), twice(channels), relu());
  }

  /** Returns a transposed convolution that doubles height and width. */
  static Layer doubled(int filters) {
    return sequence(
        convTranspose2d(filters, 4).stride(2).padding(1).noBias().init(Initializer.heNormal()),
        batchNorm(),
        relu());
  }

  /** Returns the 1×1 convolution that ends in maps. */
  static Layer maps(int count) {
    return conv2d(count, 1).init(Initializer.normal(0.01));
  }
}
