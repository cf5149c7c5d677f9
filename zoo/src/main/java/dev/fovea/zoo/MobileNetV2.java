package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu6;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.conv;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNet v2: inverted residual blocks, which are wide inside and narrow at their ends, with no
 * activation after the last convolution.
 *
 * <p>Names are those of torchvision.
 */
public final class MobileNetV2 {
  /** Expansion, filters, number of blocks, stride of the first. */
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  static final Architecture ARCHITECTURE =
      new Architecture(
              "mobilenet-v2",
              "MobileNet v2 1.0",
              2018,
              "Sandler, Howard, Zhu, Zhmoginov, Chen: MobileNetV2: Inverted Residuals and Linear"
                  + " Bottlenecks",
              Shape.of(224, 224, 3),
              1000,
              new Recipe("sgd", 0.05, "cosine", 150, 256, 4e-5),
              MobileNetV2::of)
          .published(Published.top1(28.0, "one network, one crop"));

  private MobileNetV2() {}

  /** Returns MobileNet v2. */
  public static Layer of(Scale scale) {
    List<Layer> features = new ArrayList<>();
    int channels = scale.channels(32);
    features.add(sequence(conv(channels, 3, 2), batchNorm(), relu6()));
    for (int[] stage : STAGES) {
      int filters = scale.channels(stage[1]);
      for (int i = 0; i < stage[2]; i++) {
        features.add(block(channels, stage[0], filters, i == 0 ? stage[3] : 1));
        channels = filters;
      }
    }
    features.add(sequence(conv(scale.channels(1280), 1, 1), batchNorm(), relu6()));
    return sequence(
        sequence(features).named("features"),
        globalAvgPool().named("avgpool"),
        sequence(dropout(0.2), dense(scale.classes())).named("classifier"));
  }

  private static Layer block(int channels, int expansion, int filters, int stride) {
    List<Layer> layers = new ArrayList<>();
    if (expansion > 1) {
      layers.add(sequence(conv(channels * expansion, 1, 1), batchNorm(), relu6()));
    }
    Layer depthwise =
        depthwiseConv2d(3).stride(stride).padding(1).noBias().init(Initializer.heNormal());
    layers.add(sequence(depthwise, batchNorm(), relu6()));
    layers.add(conv(filters, 1, 1));
    layers.add(batchNorm());
    Layer body = sequence(layers).named("conv");
    return stride == 1 && channels == filters ? x -> x.plus(body.apply(x)) : body::apply;
  }
}
