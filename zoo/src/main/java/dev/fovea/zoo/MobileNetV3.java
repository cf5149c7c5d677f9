package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.hardSigmoid;
import static dev.fovea.nn.Layers.hardSwish;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.squeezeExcite;
import static dev.fovea.zoo.Blocks.conv;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNet v3: the blocks of v2 with squeeze-and-excitation and hard-swish, arranged by
 * architecture search.
 *
 * <p>Names are those of torchvision.
 */
public final class MobileNetV3 {
  private static final List<Block> LARGE =
      List.of(
          new Block(3, 16, 16, false, false, 1),
          new Block(3, 64, 24, false, false, 2),
          new Block(3, 72, 24, false, false, 1),
          new Block(5, 72, 40, true, false, 2),
          new Block(5, 120, 40, true, false, 1),
          new Block(5, 120, 40, true, false, 1),
          new Block(3, 240, 80, false, true, 2),
          new Block(3, 200, 80, false, true, 1),
          new Block(3, 184, 80, false, true, 1),
          new Block(3, 184, 80, false, true, 1),
          new Block(3, 480, 112, true, true, 1),
          new Block(3, 672, 112, true, true, 1),
          new Block(5, 672, 160, true, true, 2),
          new Block(5, 960, 160, true, true, 1),
          new Block(5, 960, 160, true, true, 1));

  private static final List<Block> SMALL =
      List.of(
          new Block(3, 16, 16, true, false, 2),
          new Block(3, 72, 24, false, false, 2),
          new Block(3, 88, 24, false, false, 1),
          new Block(5, 96, 40, true, true, 2),
          new Block(5, 240, 40, true, true, 1),
          new Block(5, 240, 40, true, true, 1),
          new Block(5, 120, 48, true, true, 1),
          new Block(5, 144, 48, true, true, 1),
          new Block(5, 288, 96, true, true, 2),
          new Block(5, 576, 96, true, true, 1),
          new Block(5, 576, 96, true, true, 1));

  static final Architecture V3_LARGE = architecture("large", "Large", LARGE, 960, 1280, 24.8);
  static final Architecture V3_SMALL = architecture("small", "Small", SMALL, 576, 1024, 32.5);

  private MobileNetV3() {}

  private static Architecture architecture(
      String name, String title, List<Block> blocks, int last, int hidden, double error) {
    return new Architecture(
            "mobilenet-v3-" + name,
            "MobileNet v3 " + title + " 1.0",
            2019,
            "Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le, Adam: Searching"
                + " for MobileNetV3",
            Shape.of(224, 224, 3),
            1000,
            new Recipe("rmsprop", 0.064, "cosine", 600, 128, 1e-5),
            scale -> of(scale, blocks, last, hidden))
        .published(Published.top1(error, "one network, one crop"));
  }

  private static Layer of(Scale scale, List<Block> blocks, int last, int hidden) {
    List<Layer> features = new ArrayList<>();
    int channels = scale.channels(16);
    features.add(unit(conv(channels, 3, 2), hardSwish()));
    for (Block b : blocks) {
      features.add(b.layer(scale, channels));
      channels = scale.channels(b.filters);
    }
    features.add(unit(conv(scale.channels(last), 1, 1), hardSwish()));
    Layer classifier =
        sequence(
            dense(scale.channels(hidden)).init(Initializer.heNormal()),
            hardSwish(),
            dropout(0.2),
            dense(scale.classes()));
    return sequence(
        sequence(features).named("features"),
        globalAvgPool().named("avgpool"),
        classifier.named("classifier"));
  }

  private static Layer unit(Conv2d convolution, Layer activation) {
    return sequence(convolution, batchNorm().epsilon(1e-3f).momentum(0.01f), activation);
  }

  /**
   * A residual block.
   *
   * @param kernel height and width of the depthwise kernels
   * @param expanded the channels inside
   * @param filters the channels of the result
   * @param squeeze whether squeeze-and-excitation follows the depthwise convolution
   * @param swish whether activations are hard-swish, else ReLU
   * @param stride the stride
   */
  private record Block(
      int kernel, int expanded, int filters, boolean squeeze, boolean swish, int stride) {
    Layer layer(Scale scale, int channels) {
      int inside = scale.channels(expanded);
      int out = scale.channels(filters);
      List<Layer> layers = new ArrayList<>();
      if (inside != channels) {
        layers.add(unit(conv(inside, 1, 1), activation()));
      }
      Conv2d depthwise = depthwiseConv2d(kernel).stride(stride).padding(kernel / 2).noBias();
      layers.add(unit(depthwise.init(Initializer.heNormal()), activation()));
      if (squeeze) {
        layers.add(squeezeExcite(divisible(inside / 4)).gate(hardSigmoid()));
      }
      layers.add(sequence(conv(out, 1, 1), batchNorm().epsilon(1e-3f).momentum(0.01f)));
      Layer body = sequence(layers).named("block");
      return stride == 1 && channels == out ? x -> x.plus(body.apply(x)) : body::apply;
    }

    private Layer activation() {
      return swish ? hardSwish() : relu();
    }

    /** Returns the nearest multiple of 8 that is not less than nine tenths of a number. */
    private static int divisible(int n) {
      int near = Math.max(8, (n + 4) / 8 * 8);
      return 10 * near < 9 * n ? near + 8 : near;
    }
  }
}
