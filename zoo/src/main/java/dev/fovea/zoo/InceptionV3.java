package dev.fovea.zoo;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.chain;
import static dev.fovea.zoo.Blocks.parallel;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Network;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Inception v3: modules whose large convolutions are factored into small and one-dimensional ones,
 * with an auxiliary classifier as a further output in training.
 *
 * <p>Names are those of torchvision. Pictures are 299×299.
 */
public final class InceptionV3 {
  /** The place of the auxiliary classifier: after Mixed_6e. */
  private static final int TAP = 14;

  /** What the loss of the auxiliary classifier counts in the authors' code; the paper is silent. */
  private static final double WEIGHT = 0.4;

  static final Architecture ARCHITECTURE =
      new Architecture(
              "inception-v3",
              "Inception v3",
              2015,
              "Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception Architecture for"
                  + " Computer Vision",
              Shape.of(299, 299, 3),
              1000,
              new Recipe("rmsprop", 0.045, "cosine", 100, 32, 4e-5),
              InceptionV3::of)
          .heads(new Heads(InceptionV3::withHead, List.of(WEIGHT)))
          .published(Published.errors(21.2, 5.6, "one network, one crop"));

  private InceptionV3() {}

  /** Returns Inception v3 without the auxiliary classifier. */
  public static Layer of(Scale scale) {
    return sequence(trunk(scale));
  }

  /** Returns Inception v3 with two outputs: the logits and those of the auxiliary classifier. */
  public static Network withHead(Scale scale) {
    return Blocks.withHeads(trunk(scale), Map.of(TAP, auxiliary(scale).named("AuxLogits")));
  }

  private static List<Layer> trunk(Scale s) {
    List<Layer> layers = new ArrayList<>();
    layers.add(square(s.channels(32), 3).stride(2).layer("Conv2d_1a_3x3"));
    layers.add(square(s.channels(32), 3).layer("Conv2d_2a_3x3"));
    layers.add(square(s.channels(64), 3).padding(1, 1).layer("Conv2d_2b_3x3"));
    layers.add(maxPool(3).stride(2).named("maxpool1"));
    layers.add(square(s.channels(80), 1).layer("Conv2d_3b_1x1"));
    layers.add(square(s.channels(192), 3).layer("Conv2d_4a_3x3"));
    layers.add(maxPool(3).stride(2).named("maxpool2"));
    layers.add(moduleA(s, 32).named("Mixed_5b"));
    layers.add(moduleA(s, 64).named("Mixed_5c"));
    layers.add(moduleA(s, 64).named("Mixed_5d"));
    layers.add(moduleB(s).named("Mixed_6a"));
    layers.add(moduleC(s, 128).named("Mixed_6b"));
    layers.add(moduleC(s, 160).named("Mixed_6c"));
    layers.add(moduleC(s, 160).named("Mixed_6d"));
    layers.add(moduleC(s, 192).named("Mixed_6e"));
    layers.add(moduleD(s).named("Mixed_7a"));
    layers.add(moduleE(s).named("Mixed_7b"));
    layers.add(moduleE(s).named("Mixed_7c"));
    layers.add(globalAvgPool().named("avgpool"));
    layers.add(dropout(0.5).named("dropout"));
    layers.add(dense(s.classes()).init(Initializer.normal(0.1)).named("fc"));
    return layers;
  }

  /** A convolution that batch normalisation and ReLU follow. */
  private record Unit(Conv2d convolution) {
    Unit stride(int stride) {
      return new Unit(convolution.stride(stride));
    }

    Unit padding(int height, int width) {
      return new Unit(convolution.padding(height, height, width, width));
    }

    Layer layer(String name) {
      return chain(
              convolution.noBias().init(Initializer.heNormal()).named("conv"),
              batchNorm().epsilon(1e-3f).named("bn"),
              relu())
          .named(name);
    }
  }

  private static Unit square(int filters, int kernel) {
    return new Unit(conv2d(filters, kernel));
  }

  /** Returns a convolution of 1 row and {@code size} columns that keeps the size. */
  private static Unit row(int filters, int size) {
    return new Unit(conv2d(filters, 1, size)).padding(0, size / 2);
  }

  /** Returns a convolution of {@code size} rows and 1 column that keeps the size. */
  private static Unit column(int filters, int size) {
    return new Unit(conv2d(filters, size, 1)).padding(size / 2, 0);
  }

  private static Layer pooled(int filters) {
    return chain(
        avgPool(3).stride(1).padding(1).countPadding(), square(filters, 1).layer("branch_pool"));
  }

  private static Layer moduleA(Scale s, int poolFilters) {
    return parallel(
        square(s.channels(64), 1).layer("branch1x1"),
        chain(
            square(s.channels(48), 1).layer("branch5x5_1"),
            square(s.channels(64), 5).padding(2, 2).layer("branch5x5_2")),
        chain(
            square(s.channels(64), 1).layer("branch3x3dbl_1"),
            square(s.channels(96), 3).padding(1, 1).layer("branch3x3dbl_2"),
            square(s.channels(96), 3).padding(1, 1).layer("branch3x3dbl_3")),
        pooled(s.channels(poolFilters)));
  }

  private static Layer moduleB(Scale s) {
    return parallel(
        square(s.channels(384), 3).stride(2).layer("branch3x3"),
        chain(
            square(s.channels(64), 1).layer("branch3x3dbl_1"),
            square(s.channels(96), 3).padding(1, 1).layer("branch3x3dbl_2"),
            square(s.channels(96), 3).stride(2).layer("branch3x3dbl_3")),
        maxPool(3).stride(2));
  }

  private static Layer moduleC(Scale s, int published) {
    int inner = s.channels(published);
    int outer = s.channels(192);
    return parallel(
        square(outer, 1).layer("branch1x1"),
        chain(
            square(inner, 1).layer("branch7x7_1"),
            row(inner, 7).layer("branch7x7_2"),
            column(outer, 7).layer("branch7x7_3")),
        chain(
            square(inner, 1).layer("branch7x7dbl_1"),
            column(inner, 7).layer("branch7x7dbl_2"),
            row(inner, 7).layer("branch7x7dbl_3"),
            column(inner, 7).layer("branch7x7dbl_4"),
            row(outer, 7).layer("branch7x7dbl_5")),
        pooled(outer));
  }

  private static Layer moduleD(Scale s) {
    int inner = s.channels(192);
    return parallel(
        chain(
            square(inner, 1).layer("branch3x3_1"),
            square(s.channels(320), 3).stride(2).layer("branch3x3_2")),
        chain(
            square(inner, 1).layer("branch7x7x3_1"),
            row(inner, 7).layer("branch7x7x3_2"),
            column(inner, 7).layer("branch7x7x3_3"),
            square(inner, 3).stride(2).layer("branch7x7x3_4")),
        maxPool(3).stride(2));
  }

  private static Layer moduleE(Scale s) {
    int wide = s.channels(384);
    return parallel(
        square(s.channels(320), 1).layer("branch1x1"),
        chain(
            square(wide, 1).layer("branch3x3_1"),
            parallel(row(wide, 3).layer("branch3x3_2a"), column(wide, 3).layer("branch3x3_2b"))),
        chain(
            square(s.channels(448), 1).layer("branch3x3dbl_1"),
            square(wide, 3).padding(1, 1).layer("branch3x3dbl_2"),
            parallel(
                row(wide, 3).layer("branch3x3dbl_3a"), column(wide, 3).layer("branch3x3dbl_3b"))),
        pooled(s.channels(192)));
  }

  private static Layer auxiliary(Scale s) {
    return chain(
        avgPool(5).stride(3),
        square(s.channels(128), 1).layer("conv0"),
        square(s.channels(768), 5).layer("conv1"),
        globalAvgPool(),
        dense(s.classes()).init(Initializer.normal(1e-3)).named("fc"));
  }
}
