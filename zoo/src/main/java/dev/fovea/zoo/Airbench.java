package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.gelu;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;

/**
 * The small network of airbench94, designed to reach 94 % on CIFAR-10 in the shortest time (Jordan:
 * 94% on CIFAR-10 in 3.29 Seconds on a Single GPU, 2024).
 *
 * <p>A 2×2 convolution whose filters whiten patches ({@link Whitening}), then three blocks of two
 * 3×3 convolutions, the first of them passing its input on at the beginning, each with batch
 * normalisation and GELU. Logits are a ninth of the last layer's output. Here the scales of the
 * normalisations are trained as well.
 */
public final class Airbench {
  private static final int WINDOW = 2;
  private static final int[] FILTERS = {64, 256, 256};
  private static final float MOMENTUM = 0.4f;
  private static final float LOGITS = 1f / 9;

  static final Architecture ARCHITECTURE =
      new Architecture(
          "airbench",
          "airbench94",
          2024,
          "Jordan: 94% on CIFAR-10 in 3.29 Seconds on a Single GPU",
          Shape.of(32, 32, 3),
          10,
          new Recipe("muon", 0.02, "one-cycle", 12, 250, 0),
          Airbench::of);

  private Airbench() {}

  /** Returns the network. */
  public static Layer of(Scale scale) {
    return sequence(
        whitener().named("whiten"),
        gelu(),
        block(scale.channels(FILTERS[0])).named("block1"),
        block(scale.channels(FILTERS[1])).named("block2"),
        block(scale.channels(FILTERS[2])).named("block3"),
        maxPool(3),
        flatten(),
        dense(scale.classes()).noBias().named("head"),
        x -> x.times(LOGITS));
  }

  /** Two filters for each number of a patch: one for its whitened value, one for the opposite. */
  private static Layer whitener() {
    return x -> conv2d(2 * WINDOW * WINDOW * x.shape().dim(-1), WINDOW).forward(x);
  }

  private static Layer block(int filters) {
    return sequence(
        conv(filters).init(Initializer.dirac()).named("conv1"),
        maxPool(2),
        batchNorm().momentum(MOMENTUM).named("norm1"),
        gelu(),
        conv(filters).named("conv2"),
        batchNorm().momentum(MOMENTUM).named("norm2"),
        gelu());
  }

  private static Conv2d conv(int filters) {
    return conv2d(filters, 3).same().noBias();
  }
}
