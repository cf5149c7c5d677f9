package dev.fovea.zoo;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalMaxPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;

/**
 * ResNet-9, designed for fast training on small pictures (Page: How to Train Your ResNet, 2018).
 *
 * <p>A 3×3 convolution, three that double the channels and halve the picture by max pooling, two
 * residual branches of two convolutions after the first and the third of these, all with batch
 * normalisation and ReLU; the largest value of each channel goes into the classifier. Logits are an
 * eighth of its output.
 */
public final class ResNet9 {
  private static final String PAPER = "Page: How to Train Your ResNet";
  private static final int[] FILTERS = {64, 128, 256, 512};
  private static final float LOGITS = 1f / 8;

  /** A quarter of the width, for grey pictures such as those of Fashion-MNIST. */
  private static final double NARROW = 0.25;

  static final Architecture ARCHITECTURE =
      new Architecture(
          "resnet9",
          "ResNet-9",
          2018,
          PAPER,
          Shape.of(32, 32, 3),
          10,
          Recipe.sgd(0.2, 24, 256),
          ResNet9::of);

  static final Architecture NARROWED =
      new Architecture(
          "resnet9-narrow",
          "ResNet-9 of a quarter of the width",
          2018,
          PAPER,
          Shape.of(28, 28, 1),
          10,
          Recipe.sgd(0.2, 12, 128),
          s -> of(new Scale(s.classes(), s.width() * NARROW)));

  private ResNet9() {}

  /** Returns the network. */
  public static Layer of(Scale scale) {
    return sequence(
        conv(scale, 0).named("prep"),
        half(scale, 1).named("layer1"),
        residual(branch(scale, 1)).named("residual1"),
        half(scale, 2).named("layer2"),
        half(scale, 3).named("layer3"),
        residual(branch(scale, 3)).named("residual3"),
        globalMaxPool(),
        dense(scale.classes()).noBias().named("linear"),
        x -> x.times(LOGITS));
  }

  private static Layer conv(Scale scale, int stage) {
    return Blocks.convNormRelu(scale.channels(FILTERS[stage]), 3, 1);
  }

  private static Layer half(Scale scale, int stage) {
    return sequence(conv(scale, stage), maxPool(2));
  }

  private static Layer branch(Scale scale, int stage) {
    return sequence(conv(scale, stage), conv(scale, stage));
  }
}
