package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNet v1: depthwise separable convolutions.
 *
 * <p>Convolutions of stride 2 pad at the bottom and right only, so 120×120 pixels become 3×3
 * features.
 */
public final class MobileNet {
  private static final int[] FILTERS = {
    64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024
  };
  private static final int[] STRIDES = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};

  static final Architecture ARCHITECTURE =
      new Architecture(
              "mobilenet",
              "MobileNet v1 1.0",
              2017,
              "Howard et al.: MobileNets: Efficient Convolutional Neural Networks for Mobile Vision",
              Shape.of(224, 224, 3),
              1000,
              new Recipe("sgd", 0.05, "cosine", 90, 256, 4e-5),
              MobileNet::of)
          .published(Published.top1(29.4, "one network, one crop"));

  private MobileNet() {}

  /** Returns MobileNet of width 1 for a number of classes. */
  public static Layer of(int classes) {
    return of(Scale.full(classes));
  }

  /** Returns MobileNet of any width. */
  public static Layer of(Scale scale) {
    List<Layer> features = new ArrayList<>();
    add(features, conv2d(scale.channels(32), 3), 2);
    for (int i = 0; i < FILTERS.length; i++) {
      add(features, depthwiseConv2d(3), STRIDES[i]);
      add(features, conv2d(scale.channels(FILTERS[i]), 1), 1);
    }
    return sequence(
        sequence(features).named("features"),
        globalAvgPool(),
        dense(scale.classes()).named("classifier"));
  }

  private static void add(List<Layer> features, Conv2d convolution, int stride) {
    Conv2d strided = convolution.noBias().init(Initializer.heNormal()).stride(stride);
    features.add(stride == 2 ? strided.padding(0, 1, 0, 1) : strided.same());
    features.add(batchNorm().epsilon(1e-3f));
    features.add(relu());
  }
}
