package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.biased;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * SqueezeNet: AlexNet's accuracy with a fiftieth of its parameters. A fire module squeezes the
 * channels by a 1×1 convolution and expands them by parallel 1×1 and 3×3 convolutions.
 *
 * <p>Poolings round up. Names are those of torchvision.
 */
public final class SqueezeNet {
  private static final String PAPER =
      "Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer: SqueezeNet: AlexNet-level Accuracy with 50x"
          + " Fewer Parameters and <0.5MB Model Size";
  private static final int[] SQUEEZE = {16, 16, 32, 32, 48, 48, 64, 64};
  private static final int EXPANSION = 4;

  static final Architecture V1_0 =
      architecture("squeezenet1-0", "SqueezeNet 1.0", SqueezeNet::first)
          .published(Published.errors(42.5, 19.7, "one network, one crop"));
  static final Architecture V1_1 =
      architecture("squeezenet1-1", "SqueezeNet 1.1", SqueezeNet::second);

  private SqueezeNet() {}

  private static Architecture architecture(
      String name, String title, Function<Scale, Layer> network) {
    return new Architecture(
        name,
        title,
        2016,
        PAPER,
        Shape.of(224, 224, 3),
        1000,
        new Recipe("sgd", 0.04, "cosine", 68, 512, 2e-4),
        network);
  }

  /** Returns version 1.0: 96 filters of 7×7 first, poolings before modules 1, 4 and 8. */
  public static Layer first(Scale scale) {
    return of(scale, conv2d(scale.channels(96), 7), 0, 3, 7);
  }

  /**
   * Returns version 1.1 with less than half the operations: 64 filters of 3×3, earlier poolings.
   */
  public static Layer second(Scale scale) {
    return of(scale, conv2d(scale.channels(64), 3), 0, 2, 4);
  }

  private static Layer of(Scale scale, Conv2d first, int... poolingBefore) {
    List<Layer> features = new ArrayList<>();
    features.add(first.stride(2).init(Initializer.heNormal()));
    features.add(relu());
    for (int i = 0; i < SQUEEZE.length; i++) {
      for (int place : poolingBefore) {
        if (place == i) {
          features.add(maxPool(3).stride(2).ceil());
        }
      }
      int expanded = scale.channels(SQUEEZE[i] * EXPANSION);
      features.add(fire(scale.channels(SQUEEZE[i]), expanded));
    }
    Layer classifier =
        sequence(dropout(0.5), Blocks.rectifiedLogits(scale.classes()), relu(), globalAvgPool());
    return sequence(sequence(features).named("features"), classifier.named("classifier"));
  }

  private static Layer fire(int squeezed, int expanded) {
    Layer squeeze = biased(squeezed, 1, 1).named("squeeze");
    Layer one = biased(expanded, 1, 1).named("expand1x1");
    Layer three = biased(expanded, 3, 1).named("expand3x3");
    Layer relu = relu();
    return x -> {
      Signal s = relu.apply(squeeze.apply(x));
      return relu.apply(one.apply(s)).concat(relu.apply(three.apply(s)));
    };
  }
}
