package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.padChannels;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.stochasticDepth;
import static dev.fovea.nn.Layers.subsample;
import static dev.fovea.zoo.Blocks.conv;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet for pictures of 32×32: a 3×3 convolution and three stages of 16, 32 and 64 filters with as
 * many blocks of two 3×3 convolutions each, 6n + 2 layers with weights.
 *
 * <p>Where a stage begins, the shortcut takes every second pixel and pads the channels with zeros
 * (option A) or is a 1×1 convolution (option B). Names are those of the PyTorch implementation most
 * weights come from: {@code layer1.0.conv1}, {@code shortcut}, {@code linear}.
 */
public final class CifarResNet {
  private static final int[] FILTERS = {16, 32, 64};
  private static final double LAST_RATE = 0.5;

  static final Architecture RESNET8 = architecture(8, Shortcut.PAD);
  static final Architecture RESNET20 = architecture(20, Shortcut.PAD);
  static final Architecture RESNET32 = architecture(32, Shortcut.PAD);
  static final Architecture RESNET44 = architecture(44, Shortcut.PAD);
  static final Architecture RESNET56 = architecture(56, Shortcut.PAD);
  static final Architecture RESNET110 = architecture(110, Shortcut.PAD);
  static final Architecture RESNET8_B = architecture(8, Shortcut.PROJECT);
  static final Architecture RESNET20_B = architecture(20, Shortcut.PROJECT);
  static final Architecture RESNET32_B = architecture(32, Shortcut.PROJECT);
  static final Architecture RESNET44_B = architecture(44, Shortcut.PROJECT);
  static final Architecture RESNET56_B = architecture(56, Shortcut.PROJECT);
  static final Architecture RESNET110_B = architecture(110, Shortcut.PROJECT);

  static final Architecture STOCHASTIC_DEPTH =
      new Architecture(
          "resnet110-stochastic",
          "ResNet-110 with stochastic depth",
          2016,
          "Huang, Sun, Liu, Sedra, Weinberger: Deep Networks with Stochastic Depth",
          Shape.of(32, 32, 3),
          10,
          Recipe.sgd(0.1, 500, 128),
          s -> of(s, 110, Shortcut.PAD, LAST_RATE));

  private CifarResNet() {}

  /** The kind of shortcut at the beginning of a stage. */
  public enum Shortcut {
    /** Every second pixel, and zeros in the new channels: half of them before, half after. */
    PAD,
    /** A 1×1 convolution with stride 2, and batch normalisation. */
    PROJECT
  }

  private static Architecture architecture(int depth, Shortcut shortcut) {
    boolean pad = shortcut == Shortcut.PAD;
    return new Architecture(
        "resnet" + depth + (pad ? "" : "-b"),
        "ResNet-" + depth + " for CIFAR" + (pad ? "" : ", option B"),
        2015,
        ResNet.PAPER,
        Shape.of(32, 32, 3),
        10,
        Recipe.sgd(0.1, 164, 128),
        s -> of(s, depth, shortcut, 0));
  }

  /**
   * Returns a ResNet for small pictures.
   *
   * @param scale classes and width
   * @param depth the number of layers with weights, 6n + 2
   * @param shortcut the kind of shortcut at the beginning of a stage
   * @param lastRate the probability with which the last block's branch is dropped in training
   *     (stochastic depth); it grows linearly over the blocks
   * @throws FoveaException if the depth is not 6n + 2
   */
  public static Layer of(Scale scale, int depth, Shortcut shortcut, double lastRate) {
    int n = (depth - 2) / 6;
    if (n < 1 || depth != 6 * n + 2) {
      throw new FoveaException("resnet: depth must be 6n + 2, such as 20 or 56, got " + depth);
    }
    List<Layer> layers = new ArrayList<>();
    layers.add(conv(scale.channels(FILTERS[0]), 3, 1).named("conv1"));
    layers.add(batchNorm().named("bn1"));
    layers.add(relu().named("relu"));
    for (int stage = 0; stage < FILTERS.length; stage++) {
      List<Layer> blocks = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        boolean first = stage > 0 && i == 0;
        double rate = lastRate * (stage * n + i + 1) / (FILTERS.length * n);
        blocks.add(block(scale.channels(FILTERS[stage]), first, shortcut, rate));
      }
      layers.add(sequence(blocks).named("layer" + (stage + 1)));
    }
    layers.add(globalAvgPool().named("avgpool"));
    layers.add(dense(scale.classes()).named("linear"));
    return sequence(layers);
  }

  private static Layer block(int filters, boolean first, Shortcut shortcut, double rate) {
    List<Layer> body =
        new ArrayList<>(
            List.of(
                conv(filters, 3, first ? 2 : 1).named("conv1"),
                batchNorm().named("bn1"),
                relu(),
                conv(filters, 3, 1).named("conv2"),
                batchNorm().named("bn2")));
    if (rate > 0) {
      body.add(stochasticDepth(rate));
    }
    Layer branch = Blocks.chain(body);
    Layer end = relu();
    if (!first) {
      return x -> end.apply(branch.forward(x).plus(x));
    }
    Layer other = shortcut(filters, shortcut).named("shortcut");
    return x -> end.apply(branch.forward(x).plus(other.apply(x)));
  }

  private static Layer shortcut(int filters, Shortcut shortcut) {
    return switch (shortcut) {
      case PROJECT -> sequence(conv(filters, 1, 2), batchNorm());
      case PAD -> {
        Layer everySecond = subsample(2);
        yield x -> padded(everySecond.apply(x), filters);
      }
    };
  }

  private static Signal padded(Signal x, int filters) {
    int more = filters - x.shape().dim(3);
    return padChannels(more / 2, more - more / 2).apply(x);
  }
}
