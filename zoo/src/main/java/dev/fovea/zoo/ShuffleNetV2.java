package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.channelShuffle;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.conv;
import static dev.fovea.zoo.Blocks.convNormRelu;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * ShuffleNet v2: each block passes half of the channels on unchanged, transforms the other half,
 * and shuffles both.
 *
 * <p>Names are those of torchvision.
 */
public final class ShuffleNetV2 {
  private static final int FIRST = 24;
  private static final int[] DEPTHS = {4, 8, 4};

  static final Architecture X0_5 = architecture("0.5", 39.7, 48, 96, 192, 1024);
  static final Architecture X1_0 = architecture("1.0", 30.6, 116, 232, 464, 1024);
  static final Architecture X1_5 = architecture("1.5", 27.4, 176, 352, 704, 1024);
  static final Architecture X2_0 = architecture("2.0", 25.1, 244, 488, 976, 2048);

  private ShuffleNetV2() {}

  private static Architecture architecture(String width, double error, int... filters) {
    return new Architecture(
            "shufflenet-v2-x" + width.replace('.', '-'),
            "ShuffleNet v2 " + width + "×",
            2018,
            "Ma, Zhang, Zheng, Sun: ShuffleNet V2: Practical Guidelines for Efficient CNN"
                + " Architecture Design",
            Shape.of(224, 224, 3),
            1000,
            new Recipe("sgd", 0.5, "cosine", 240, 1024, 4e-5),
            scale -> of(scale, filters))
        .published(Published.top1(error, "one network, one crop"));
  }

  /**
   * Returns ShuffleNet v2.
   *
   * @param scale classes and width
   * @param filters the filters of the three stages and of the convolution after them
   */
  public static Layer of(Scale scale, int... filters) {
    List<Layer> layers = new ArrayList<>();
    layers.add(convNormRelu(scale.channels(FIRST), 3, 2).named("conv1"));
    layers.add(maxPool(3).stride(2).padding(1).named("maxpool"));
    for (int stage = 0; stage < DEPTHS.length; stage++) {
      int half = scale.channels(filters[stage]) / 2;
      List<Layer> blocks = new ArrayList<>(List.of(down(half)));
      for (int i = 1; i < DEPTHS[stage]; i++) {
        blocks.add(keep(half));
      }
      layers.add(sequence(blocks).named("stage" + (stage + 2)));
    }
    layers.add(convNormRelu(scale.channels(filters[DEPTHS.length]), 1, 1).named("conv5"));
    layers.add(globalAvgPool().named("avgpool"));
    layers.add(dense(scale.classes()).named("fc"));
    return sequence(layers);
  }

  /** Returns a block that halves height and width: both branches see all channels. */
  private static Layer down(int half) {
    Layer first =
        sequence(depthwise(2), batchNorm(), conv(half, 1, 1), batchNorm(), relu()).named("branch1");
    Layer second = branch(half, 2);
    Layer shuffle = channelShuffle(2);
    return x -> shuffle.apply(first.apply(x).concat(second.apply(x)));
  }

  private static Layer keep(int half) {
    Layer second = branch(half, 1);
    Layer shuffle = channelShuffle(2);
    return x -> {
      Signal left = x.with(x.value().slice(-1, 0, half));
      Signal right = x.with(x.value().slice(-1, half, half));
      return shuffle.apply(left.concat(second.apply(right)));
    };
  }

  private static Layer branch(int half, int stride) {
    return sequence(
            conv(half, 1, 1),
            batchNorm(),
            relu(),
            depthwise(stride),
            batchNorm(),
            conv(half, 1, 1),
            batchNorm(),
            relu())
        .named("branch2");
  }

  private static Conv2d depthwise(int stride) {
    return depthwiseConv2d(3).stride(stride).padding(1).noBias().init(Initializer.heNormal());
  }
}
