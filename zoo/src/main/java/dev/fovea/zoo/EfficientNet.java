package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.silu;
import static dev.fovea.nn.Layers.squeezeExcite;
import static dev.fovea.nn.Layers.stochasticDepth;
import static dev.fovea.zoo.Blocks.conv;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * EfficientNet-B0: blocks of MobileNet v2 with squeeze-and-excitation and SiLU, arranged by
 * architecture search. The larger networks of its family are scaled versions of this one.
 *
 * <p>In training, branches of blocks are dropped with probabilities that grow to 0.2. Names are
 * those of torchvision.
 */
public final class EfficientNet {
  /** Expansion, kernel, stride of the first block, filters, number of blocks. */
  private static final int[][] STAGES = {
    {1, 3, 1, 16, 1},
    {6, 3, 2, 24, 2},
    {6, 5, 2, 40, 2},
    {6, 3, 2, 80, 3},
    {6, 5, 1, 112, 3},
    {6, 5, 2, 192, 4},
    {6, 3, 1, 320, 1}
  };

  private static final double LAST_RATE = 0.2;
  private static final int BLOCKS = 16;

  static final Architecture B0 =
      new Architecture(
              "efficientnet-b0",
              "EfficientNet-B0",
              2019,
              "Tan, Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
              Shape.of(224, 224, 3),
              1000,
              new Recipe("rmsprop", 0.016, "cosine", 350, 256, 1e-5),
              EfficientNet::of)
          .published(Published.errors(22.9, 6.7, "one network, one crop"));

  private EfficientNet() {}

  /** Returns EfficientNet-B0. */
  public static Layer of(Scale scale) {
    List<Layer> features = new ArrayList<>();
    int channels = scale.channels(32);
    features.add(unit(conv(channels, 3, 2)));
    int done = 0;
    for (int[] s : STAGES) {
      List<Layer> blocks = new ArrayList<>();
      int filters = scale.channels(s[3]);
      for (int i = 0; i < s[4]; i++, done++) {
        double rate = LAST_RATE * done / BLOCKS;
        blocks.add(block(channels, s[0], s[1], i == 0 ? s[2] : 1, filters, rate));
        channels = filters;
      }
      features.add(sequence(blocks));
    }
    features.add(unit(conv(scale.channels(1280), 1, 1)));
    return sequence(
        sequence(features).named("features"),
        globalAvgPool().named("avgpool"),
        sequence(dropout(0.2), dense(scale.classes())).named("classifier"));
  }

  private static Layer unit(Conv2d convolution) {
    return sequence(convolution, batchNorm(), silu());
  }

  private static Layer block(
      int channels, int expansion, int kernel, int stride, int filters, double rate) {
    List<Layer> layers = new ArrayList<>();
    if (expansion > 1) {
      layers.add(unit(conv(channels * expansion, 1, 1)));
    }
    Conv2d depthwise = depthwiseConv2d(kernel).stride(stride).padding(kernel / 2).noBias();
    layers.add(unit(depthwise.init(Initializer.heNormal())));
    layers.add(squeezeExcite(Math.max(1, channels / 4)).activation(silu()));
    layers.add(sequence(conv(filters, 1, 1), batchNorm()));
    Layer body = sequence(layers).named("block");
    if (stride > 1 || channels != filters) {
      return body::apply;
    }
    Layer drop = stochasticDepth(rate);
    return x -> x.plus(drop.apply(body.apply(x)));
  }
}
