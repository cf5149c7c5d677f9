package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Pool2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * VGG: five stages of 3×3 convolutions, each followed by a pooling, and three dense layers.
 *
 * <p>A to E are the columns of the paper's table; A-LRN has local response normalisation after the
 * first convolution, and C has a 1×1 convolution at the end of its last stages. Names are those of
 * torchvision.
 */
public final class Vgg {
  private static final String PAPER =
      "Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition";
  private static final int[] FILTERS = {64, 128, 256, 512, 512};
  private static final int DENSE = 4096;
  private static final double DENSE_DEVIATION = 0.01;
  private static final String ONE_SCALE = "one network, one scale";

  private static final Kind PLAIN = new Kind(false, false, false, Head.DENSE);
  private static final Kind NORMALIZED = new Kind(true, false, false, Head.DENSE);

  static final Architecture VGG11 =
      architecture("vgg11", "VGG A", PLAIN, 1, 1, 2, 2, 2)
          .published(Published.errors(29.6, 10.4, ONE_SCALE));
  static final Architecture VGG11_LRN =
      architecture(
              "vgg11-lrn", "VGG A-LRN", new Kind(false, true, false, Head.DENSE), 1, 1, 2, 2, 2)
          .published(Published.errors(29.7, 10.5, ONE_SCALE));
  static final Architecture VGG13 =
      architecture("vgg13", "VGG B", PLAIN, 2, 2, 2, 2, 2)
          .published(Published.errors(28.7, 9.9, ONE_SCALE));
  static final Architecture VGG16_C =
      architecture("vgg16-c", "VGG C", new Kind(false, false, true, Head.DENSE), 2, 2, 3, 3, 3)
          .published(Published.errors(27.3, 8.8, ONE_SCALE));
  static final Architecture VGG16 =
      architecture("vgg16", "VGG D", PLAIN, 2, 2, 3, 3, 3)
          .published(Published.errors(25.6, 8.1, ONE_SCALE));
  static final Architecture VGG19 =
      architecture("vgg19", "VGG E", PLAIN, 2, 2, 4, 4, 4)
          .published(Published.errors(25.5, 8.0, ONE_SCALE));
  static final Architecture VGG11_BN =
      architecture("vgg11-bn", "VGG A with batch norm", NORMALIZED, 1, 1, 2, 2, 2);
  static final Architecture VGG13_BN =
      architecture("vgg13-bn", "VGG B with batch norm", NORMALIZED, 2, 2, 2, 2, 2);
  static final Architecture VGG16_BN =
      architecture("vgg16-bn", "VGG D with batch norm", NORMALIZED, 2, 2, 3, 3, 3);
  static final Architecture VGG19_BN =
      architecture("vgg19-bn", "VGG E with batch norm", NORMALIZED, 2, 2, 4, 4, 4);
  static final Architecture VGG16_FCN =
      architecture(
          "vgg16-fcn",
          "VGG D, fully convolutional",
          new Kind(false, false, false, Head.CONVOLUTIONAL),
          2,
          2,
          3,
          3,
          3);
  static final Architecture VGG16_GAP =
      architecture(
          "vgg16-gap",
          "VGG D with batch norm, global pooling",
          new Kind(true, false, false, Head.GLOBAL_POOLING),
          2,
          2,
          3,
          3,
          3);

  private Vgg() {}

  /**
   * The parts in which networks of equal depth differ.
   *
   * @param batchNorm whether batch normalisation follows each convolution
   * @param responseNorm whether local response normalisation follows the first one
   * @param pointwise whether the third convolution of a stage is 1×1
   * @param head the head
   */
  public record Kind(boolean batchNorm, boolean responseNorm, boolean pointwise, Head head) {}

  private static Architecture architecture(String name, String title, Kind kind, int... depths) {
    return new Architecture(
        name,
        title,
        2014,
        PAPER,
        Shape.of(224, 224, 3),
        1000,
        new Recipe("sgd", 0.01, "cosine", 74, 256, 5e-4),
        scale -> of(scale, kind, depths));
  }

  /**
   * Returns a VGG as published, without normalisation.
   *
   * @param classes the number of classes
   * @param depths the number of convolutions of each of the five stages
   */
  public static Layer of(int classes, int... depths) {
    return of(Scale.full(classes), PLAIN, depths);
  }

  /**
   * Returns a VGG.
   *
   * @param scale classes and width
   * @param kind normalisation, filters and head
   * @param depths the number of convolutions of each of the five stages
   */
  public static Layer of(Scale scale, Kind kind, int... depths) {
    List<Layer> features = features(scale, kind, maxPool(2), depths);
    List<Layer> layers = new ArrayList<>(List.of(sequence(features).named("features")));
    Initializer dense =
        kind.head == Head.DENSE ? Initializer.normal(DENSE_DEVIATION) : Initializer.heNormal();
    layers.addAll(kind.head.layers(scale, 7, DENSE, dense));
    return sequence(layers);
  }

  /** Returns the layers of the five stages in a row; a pooling ends each stage. */
  static List<Layer> features(Scale scale, Kind kind, Pool2d pooling, int... depths) {
    List<Layer> features = new ArrayList<>();
    for (int stage = 0; stage < FILTERS.length; stage++) {
      for (int i = 0; i < depths[stage]; i++) {
        int kernel = kind.pointwise && i == 2 ? 1 : 3;
        features.add(Blocks.biased(scale.channels(FILTERS[stage]), kernel, 1));
        if (kind.batchNorm) {
          features.add(batchNorm());
        }
        features.add(relu());
        if (kind.responseNorm && stage == 0) {
          features.add(Blocks.responseNorm());
        }
      }
      features.add(pooling);
    }
    return features;
  }
}
