package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.chain;
import static dev.fovea.zoo.Blocks.conv;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Pre-activation ResNet: normalisation and ReLU precede the convolutions, so that the shortcuts are
 * pure sums. Wide ResNet for pictures of 32×32 is a variant.
 *
 * <p>Where the number of channels or the size changes, the shortcut is a 1×1 convolution of the
 * activated input.
 */
public final class PreActResNet {
  private static final String PAPER =
      "He, Zhang, Ren, Sun: Identity Mappings in Deep Residual Networks";
  private static final String WIDE = "Zagoruyko, Komodakis: Wide Residual Networks";
  private static final int EXPANSION = 4;
  private static final int[] LARGE = {64, 128, 256, 512};
  private static final int[] SMALL = {16, 32, 64};

  static final Architecture RESNET18 = imageNet(18, false, 2, 2, 2, 2);
  static final Architecture RESNET34 = imageNet(34, false, 3, 4, 6, 3);
  static final Architecture RESNET50 = imageNet(50, true, 3, 4, 6, 3);
  static final Architecture RESNET101 = imageNet(101, true, 3, 4, 23, 3);
  static final Architecture RESNET152 = imageNet(152, true, 3, 8, 36, 3);
  static final Architecture RESNET110 = cifar(110, false);
  static final Architecture RESNET164 = cifar(164, true);
  static final Architecture WIDE16 = wide(16, 4);
  static final Architecture WIDE28 = wide(28, 10);
  static final Architecture WIDE40 = wide(40, 4);

  private PreActResNet() {}

  private static Architecture imageNet(int depth, boolean bottleneck, int... depths) {
    return new Architecture(
        "preact-resnet" + depth,
        "Pre-activation ResNet-" + depth,
        2016,
        PAPER,
        Shape.of(224, 224, 3),
        1000,
        Recipe.sgd(0.1, 90, 256),
        scale -> of(scale, bottleneck, depths));
  }

  private static Architecture cifar(int depth, boolean bottleneck) {
    return new Architecture(
        "preact-resnet" + depth,
        "Pre-activation ResNet-" + depth + " for CIFAR",
        2016,
        PAPER,
        Shape.of(32, 32, 3),
        10,
        Recipe.sgd(0.1, 164, 128),
        scale -> small(scale, depth, bottleneck, 1, 0));
  }

  private static Architecture wide(int depth, int factor) {
    return new Architecture(
        "wrn-" + depth + "-" + factor,
        "Wide ResNet-" + depth + "-" + factor + " for CIFAR",
        2016,
        WIDE,
        Shape.of(32, 32, 3),
        10,
        new Recipe("sgd", 0.1, "cosine", 200, 128, 5e-4),
        scale -> small(scale, depth, false, factor, 0));
  }

  /**
   * Returns a network for large pictures.
   *
   * @param scale classes and width
   * @param bottleneck true for blocks of 1×1, 3×3 and 1×1 convolutions, false for two of 3×3
   * @param depths the number of blocks of each stage
   */
  public static Layer of(Scale scale, boolean bottleneck, int... depths) {
    List<Layer> layers = new ArrayList<>();
    layers.add(conv(scale.channels(LARGE[0]), 7, 2).named("conv1"));
    layers.add(maxPool(3).stride(2).padding(1).named("maxpool"));
    int channels = scale.channels(LARGE[0]);
    for (int stage = 0; stage < depths.length; stage++) {
      Stage s =
          new Stage(scale.channels(LARGE[stage]), stage == 0 ? 1 : 2, bottleneck, 0, channels);
      layers.add(s.layer(depths[stage]).named("layer" + (stage + 1)));
      channels = s.outputs();
    }
    end(layers, scale);
    return sequence(layers);
  }

  /**
   * Returns a network for small pictures.
   *
   * @param scale classes and width
   * @param depth the number of layers with weights: 6n + 2 or 6n + 4, with bottlenecks 9n + 2
   * @param bottleneck true for blocks of 1×1, 3×3 and 1×1 convolutions, false for two of 3×3
   * @param factor the width factor compared with ResNet
   * @param dropout the rate of dropout between the two convolutions of a block
   * @throws FoveaException if no number of blocks gives this depth
   */
  public static Layer small(
      Scale scale, int depth, boolean bottleneck, int factor, double dropout) {
    int per = bottleneck ? 9 : 6;
    int rest = depth % per;
    if (depth < per || !(rest == 2 || (rest == 4 && !bottleneck))) {
      throw new FoveaException(
          "preact-resnet: depth must be %s, got %s"
              .formatted(bottleneck ? "9n + 2" : "6n + 2 or 6n + 4", depth));
    }
    List<Layer> layers = new ArrayList<>();
    int channels = scale.channels(SMALL[0]);
    layers.add(conv(channels, 3, 1).named("conv1"));
    for (int stage = 0; stage < SMALL.length; stage++) {
      int filters = scale.channels(SMALL[stage] * factor);
      Stage s = new Stage(filters, stage == 0 ? 1 : 2, bottleneck, dropout, channels);
      layers.add(s.layer(depth / per).named("layer" + (stage + 1)));
      channels = s.outputs();
    }
    end(layers, scale);
    return sequence(layers);
  }

  private static void end(List<Layer> layers, Scale scale) {
    layers.add(batchNorm().named("bn"));
    layers.add(relu().named("relu"));
    layers.add(globalAvgPool().named("avgpool"));
    layers.add(dense(scale.classes()).named("fc"));
  }

  /** Blocks of as many filters. */
  private record Stage(int filters, int stride, boolean bottleneck, double dropout, int inputs) {
    int outputs() {
      return bottleneck ? filters * EXPANSION : filters;
    }

    Layer layer(int blocks) {
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < blocks; i++) {
        boolean project = i == 0 && (stride > 1 || inputs != outputs());
        boolean first = i == 0 && stride == 1;
        layers.add(block(i == 0 ? stride : 1, project, first));
      }
      return sequence(layers);
    }

    /** The first unit of all has its activation before the paths part: the paper's appendix. */
    private Layer block(int step, boolean project, boolean first) {
      Layer start = chain(batchNorm().named("bn1"), relu());
      Layer body = bottleneck ? deep(step) : basic(step);
      if (!project && first) {
        return x -> {
          Signal y = start.forward(x);
          return body.forward(y).plus(y);
        };
      }
      if (!project) {
        return x -> body.forward(start.forward(x)).plus(x);
      }
      Layer shortcut = conv(outputs(), 1, step).named("shortcut");
      return x -> {
        Signal y = start.forward(x);
        return body.forward(y).plus(shortcut.apply(y));
      };
    }

    private Layer basic(int step) {
      List<Layer> layers =
          new ArrayList<>(
              List.of(conv(filters, 3, step).named("conv1"), batchNorm().named("bn2"), relu()));
      if (dropout > 0) {
        layers.add(Layers.dropout(dropout));
      }
      layers.add(conv(filters, 3, 1).named("conv2"));
      return chain(layers);
    }

    private Layer deep(int step) {
      return chain(
          conv(filters, 1, 1).named("conv1"),
          batchNorm().named("bn2"),
          relu(),
          conv(filters, 3, step).named("conv2"),
          batchNorm().named("bn3"),
          relu(),
          conv(outputs(), 1, 1).named("conv3"));
    }
  }
}
