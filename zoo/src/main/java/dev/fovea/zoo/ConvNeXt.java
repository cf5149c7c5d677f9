package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.gelu;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.layerNorm;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.stochasticDepth;
import static dev.fovea.zoo.Blocks.chain;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * ConvNeXt: a modernised ResNet. Blocks are a 7×7 depthwise convolution, layer normalisation and
 * two 1×1 convolutions with GELU between them; their result is scaled by a parameter per channel.
 *
 * <p>Names are those of torchvision; its linear layers within blocks are 1×1 convolutions here.
 */
public final class ConvNeXt {
  private static final int EXPANSION = 4;
  private static final float FIRST_SCALE = 1e-6f;
  private static final double DEVIATION = 0.02;

  static final Architecture TINY = architecture("tiny", "T", 96, 0.1, 17.9, 3, 3, 9, 3);
  static final Architecture SMALL = architecture("small", "S", 96, 0.4, 16.9, 3, 3, 27, 3);
  static final Architecture BASE = architecture("base", "B", 128, 0.5, 16.2, 3, 3, 27, 3);

  private ConvNeXt() {}

  private static Architecture architecture(
      String name, String title, int filters, double rate, double error, int... depths) {
    return new Architecture(
            "convnext-" + name,
            "ConvNeXt-" + title,
            2022,
            "Liu, Mao, Wu, Feichtenhofer, Darrell, Xie: A ConvNet for the 2020s",
            Shape.of(224, 224, 3),
            1000,
            new Recipe("adamw", 4e-3, "cosine", 300, 4096, 0.05),
            scale -> of(scale, filters, rate, depths))
        .published(Published.top1(error, "one network, one crop"));
  }

  /**
   * Returns a ConvNeXt.
   *
   * @param scale classes and width
   * @param filters the channels of the first stage; each further one has twice as many
   * @param lastRate the probability with which the last block's branch is dropped in training
   *     (stochastic depth)
   * @param depths the number of blocks of each stage
   */
  public static Layer of(Scale scale, int filters, double lastRate, int... depths) {
    int blocks = 0;
    for (int depth : depths) {
      blocks += depth;
    }
    List<Layer> features = new ArrayList<>();
    features.add(sequence(patches(scale.channels(filters), 4), norm()));
    int done = 0;
    for (int stage = 0; stage < depths.length; stage++) {
      int channels = scale.channels(filters << stage);
      if (stage > 0) {
        features.add(sequence(norm(), patches(channels, 2)));
      }
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < depths[stage]; i++, done++) {
        layers.add(block(channels, lastRate * done / Math.max(1, blocks - 1)));
      }
      features.add(sequence(layers));
    }
    Layer head = dense(scale.classes()).init(Initializer.normal(DEVIATION));
    return sequence(
        sequence(features).named("features"),
        globalAvgPool().named("avgpool"),
        chain(norm().named("0"), head.named("2")).named("classifier"));
  }

  private static LayerNorm norm() {
    return layerNorm().epsilon(1e-6f);
  }

  /** Returns a convolution of squares that lie side by side. */
  private static Layer patches(int filters, int size) {
    return conv2d(filters, size).stride(size).init(Initializer.normal(DEVIATION));
  }

  private static Layer block(int channels, double rate) {
    Initializer init = Initializer.normal(DEVIATION);
    Layer body =
        chain(
                depthwiseConv2d(7).padding(3).init(init).named("0"),
                norm().named("2"),
                conv2d(EXPANSION * channels, 1).init(init).named("3"),
                gelu().named("4"),
                conv2d(channels, 1).init(init).named("5"))
            .named("block");
    Layer drop = stochasticDepth(rate);
    return x -> {
      Signal y = body.apply(x);
      Initializer first = Initializer.constant(FIRST_SCALE);
      Value scale = x.trace().parameter("layer_scale", Shape.of(channels), first);
      return x.plus(drop.apply(y.with(y.value().times(scale))));
    };
  }
}
