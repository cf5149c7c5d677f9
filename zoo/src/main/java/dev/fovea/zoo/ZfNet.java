package dev.fovea.zoo;

import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * ZFNet: AlexNet with 7×7 filters at stride 2 in the first layer and 5×5 at stride 2 in the second,
 * chosen by visualising what the layers of AlexNet respond to.
 *
 * <p>For 224×224 pixels, feature maps have the sides 110, 55, 26 and 13, as in the paper: the first
 * layers and the poolings pad by 1.
 */
public final class ZfNet {
  private static final String PAPER =
      "Zeiler, Fergus: Visualizing and Understanding Convolutional Networks";
  private static final int DENSE = 4096;

  static final Architecture ARCHITECTURE =
      new Architecture(
              "zfnet",
              "ZFNet",
              2013,
              PAPER,
              Shape.of(224, 224, 3),
              1000,
              new Recipe("sgd", 0.01, "step", 70, 128, 5e-4),
              ZfNet::of)
          .published(Published.errors(38.4, 16.5, "one network"));

  private ZfNet() {}

  /** Returns ZFNet. */
  public static Layer of(Scale scale) {
    Layer features =
        sequence(
            Blocks.biased(scale.channels(96), 7, 2).padding(1),
            relu(),
            maxPool(3).stride(2).padding(1),
            Blocks.responseNorm(),
            Blocks.biased(scale.channels(256), 5, 2).padding(0),
            relu(),
            maxPool(3).stride(2).padding(1),
            Blocks.responseNorm(),
            Blocks.biased(scale.channels(384), 3, 1),
            relu(),
            Blocks.biased(scale.channels(384), 3, 1),
            relu(),
            Blocks.biased(scale.channels(256), 3, 1),
            relu(),
            maxPool(3).stride(2));
    List<Layer> layers = new ArrayList<>(List.of(features.named("features")));
    layers.addAll(Head.DENSE.layers(scale, 6, DENSE, Initializer.heNormal()));
    return sequence(layers);
  }
}
