package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.chain;
import static dev.fovea.zoo.Blocks.conv;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet: residual blocks, whose result is added to their input. Variants are ResNeXt, whose 3×3
 * convolutions are grouped, and Wide ResNet for ImageNet, whose 3×3 convolutions have twice the
 * filters.
 *
 * <p>The stride of a bottleneck is in its 3×3 convolution, as for most published weights (variant
 * 1.5). Names are those of torchvision.
 */
public final class ResNet {
  static final String PAPER = "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition";
  private static final String NEXT =
      "Xie, Girshick, Dollár, Tu, He: Aggregated Residual Transformations for Deep Neural Networks";
  private static final String WIDE = "Zagoruyko, Komodakis: Wide Residual Networks";
  private static final int EXPANSION = 4;
  private static final int FIRST = 64;
  private static final String TEN_CROPS = "one network, 10 crops";

  private static final Kind BASIC = new Kind(false, 1, FIRST);
  private static final Kind BOTTLENECK = new Kind(true, 1, FIRST);

  static final Architecture RESNET18 =
      resnet("resnet18", "ResNet-18", BASIC, 2, 2, 2, 2)
          .published(Published.top1(27.88, TEN_CROPS));
  static final Architecture RESNET34 =
      resnet("resnet34", "ResNet-34", BASIC, 3, 4, 6, 3)
          .published(Published.errors(24.52, 7.46, TEN_CROPS));
  static final Architecture RESNET50 =
      resnet("resnet50", "ResNet-50", BOTTLENECK, 3, 4, 6, 3)
          .published(Published.errors(22.85, 6.71, TEN_CROPS));
  static final Architecture RESNET101 =
      resnet("resnet101", "ResNet-101", BOTTLENECK, 3, 4, 23, 3)
          .published(Published.errors(21.75, 6.05, TEN_CROPS));
  static final Architecture RESNET152 =
      resnet("resnet152", "ResNet-152", BOTTLENECK, 3, 8, 36, 3)
          .published(Published.errors(21.43, 5.71, TEN_CROPS));
  static final Architecture RESNEXT50 =
      architecture(
              "resnext50-32x4d", "ResNeXt-50 32×4d", 2016, NEXT, new Kind(true, 32, 4), 3, 4, 6, 3)
          .published(Published.top1(22.2, "one network, one crop"));
  static final Architecture RESNEXT101 =
      architecture(
          "resnext101-32x8d", "ResNeXt-101 32×8d", 2016, NEXT, new Kind(true, 32, 8), 3, 4, 23, 3);
  static final Architecture WIDE50 =
      architecture(
              "wide-resnet50-2", "Wide ResNet-50-2", 2016, WIDE, new Kind(true, 1, 128), 3, 4, 6, 3)
          .published(Published.errors(21.9, 6.03, "one network, one crop"));
  static final Architecture WIDE101 =
      architecture(
          "wide-resnet101-2", "Wide ResNet-101-2", 2016, WIDE, new Kind(true, 1, 128), 3, 4, 23, 3);

  private ResNet() {}

  /**
   * The parts of the blocks.
   *
   * @param bottleneck true for blocks of 1×1, 3×3 and 1×1 convolutions, false for two of 3×3
   * @param groups the groups of the 3×3 convolutions
   * @param groupWidth the filters of each group in the first stage
   */
  public record Kind(boolean bottleneck, int groups, int groupWidth) {}

  private static Architecture resnet(String name, String title, Kind kind, int... depths) {
    return architecture(name, title, 2015, PAPER, kind, depths);
  }

  private static Architecture architecture(
      String name, String title, int year, String paper, Kind kind, int... depths) {
    return new Architecture(
        name,
        title,
        year,
        paper,
        Shape.of(224, 224, 3),
        1000,
        Recipe.sgd(0.1, 90, 256),
        scale -> of(scale, kind, depths));
  }

  /**
   * Returns a ResNet.
   *
   * @param classes the number of classes
   * @param bottleneck true for blocks of 1×1, 3×3 and 1×1 convolutions, false for two of 3×3
   * @param depths the number of blocks of each stage
   */
  public static Layer of(int classes, boolean bottleneck, int... depths) {
    return of(Scale.full(classes), bottleneck ? BOTTLENECK : BASIC, depths);
  }

  /**
   * Returns a ResNet, a ResNeXt or a Wide ResNet.
   *
   * @param scale classes and width
   * @param kind the parts of the blocks
   * @param depths the number of blocks of each stage
   */
  public static Layer of(Scale scale, Kind kind, int... depths) {
    List<Layer> layers = features(scale, kind, 32, depths);
    layers.add(globalAvgPool().named("avgpool"));
    layers.add(dense(scale.classes()).named("fc"));
    return sequence(layers);
  }

  /** Returns the layers before the classifier, a stage for each depth last. */
  static List<Layer> stages(Scale scale, boolean bottleneck, int... depths) {
    return features(scale, bottleneck ? BOTTLENECK : BASIC, 32, depths);
  }

  /**
   * Returns the layers before the classifier in a row: {@code conv1}, {@code bn1}, {@code relu},
   * {@code maxpool} and a stage {@code layer1} … for each depth.
   *
   * @param scale the width
   * @param kind the parts of the blocks
   * @param outputStride how many pixels apart the places of the last stage lie at most: a stage
   *     that would go beyond has dilated convolutions instead of strides (Chen et al., 2017)
   * @param depths the number of blocks of each stage
   */
  static List<Layer> features(Scale scale, Kind kind, int outputStride, int... depths) {
    List<Layer> layers = new ArrayList<>();
    layers.add(conv(scale.channels(FIRST), 7, 2).named("conv1"));
    layers.add(batchNorm().named("bn1"));
    layers.add(relu().named("relu"));
    layers.add(maxPool(3).stride(2).padding(1).named("maxpool"));
    int reached = 4;
    int dilation = 1;
    for (int stage = 0; stage < depths.length; stage++) {
      int wanted = stage > 0 ? 2 : 1;
      int stride = reached * wanted <= outputStride ? wanted : 1;
      Step first = new Step(stride, dilation, stage > 0 || kind.bottleneck);
      dilation *= wanted / stride;
      reached *= stride;
      List<Layer> blocks = new ArrayList<>();
      for (int i = 0; i < depths[stage]; i++) {
        Step step = i == 0 ? first : new Step(1, dilation, false);
        int filters = scale.channels(FIRST << stage);
        blocks.add(kind.bottleneck ? bottleneck(filters, kind, step) : basic(filters, step));
      }
      layers.add(sequence(blocks).named("layer" + (stage + 1)));
    }
    return layers;
  }

  /**
   * How a block goes over its input.
   *
   * @param stride the stride of its first 3×3 convolution
   * @param dilation the dilation of its 3×3 convolutions
   * @param project whether a 1×1 convolution stands in its shortcut
   */
  private record Step(int stride, int dilation, boolean project) {
    Conv2d first(int filters) {
      return conv(filters, 3, stride).dilation(dilation).padding(dilation);
    }
  }

  private static Layer basic(int filters, Step step) {
    Layer body =
        chain(
            step.first(filters).named("conv1"),
            batchNorm().named("bn1"),
            relu(),
            new Step(1, step.dilation, false).first(filters).named("conv2"),
            batchNorm().named("bn2"));
    return residual(body, filters, step);
  }

  private static Layer bottleneck(int filters, Kind kind, Step step) {
    int inner = filters * kind.groupWidth * kind.groups / FIRST;
    Layer body =
        chain(
            conv(inner, 1, 1).named("conv1"),
            batchNorm().named("bn1"),
            relu(),
            step.first(inner).groups(Blocks.groups(kind.groups, inner)).named("conv2"),
            batchNorm().named("bn2"),
            relu(),
            conv(filters * EXPANSION, 1, 1).named("conv3"),
            batchNorm().named("bn3"));
    return residual(body, filters * EXPANSION, step);
  }

  private static Layer residual(Layer body, int filters, Step step) {
    Layer end = relu();
    if (!step.project) {
      return x -> end.apply(body.forward(x).plus(x));
    }
    Layer shortcut = sequence(conv(filters, 1, step.stride), batchNorm()).named("downsample");
    return x -> end.apply(body.forward(x).plus(shortcut.apply(x)));
  }
}
