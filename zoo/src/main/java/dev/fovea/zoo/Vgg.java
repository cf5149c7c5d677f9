package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** VGG: five stages of 3×3 convolutions, each ended by a pooling, and three dense layers. */
public final class Vgg {
  private static final int[] FILTERS = {64, 128, 256, 512, 512};
  private static final double DENSE_DEVIATION = 0.01;

  static final Architecture VGG11 = architecture("vgg11", "VGG A", 1, 1, 2, 2, 2);
  static final Architecture VGG13 = architecture("vgg13", "VGG B", 2, 2, 2, 2, 2);
  static final Architecture VGG16 = architecture("vgg16", "VGG D", 2, 2, 3, 3, 3);
  static final Architecture VGG19 = architecture("vgg19", "VGG E", 2, 2, 4, 4, 4);

  private Vgg() {}

  private static Architecture architecture(String name, String title, int... depths) {
    return new Architecture(
        name,
        title,
        2014,
        "Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition",
        Shape.of(224, 224, 3),
        1000,
        Architecture.Task.CLASSIFICATION,
        new Recipe("sgd", 0.01, "cosine", 74, 256, 5e-4),
        classes -> of(classes, depths));
  }

  /**
   * Returns a VGG.
   *
   * @param classes the number of classes
   * @param depths the number of convolutions of each of the five stages
   */
  public static Layer of(int classes, int... depths) {
    List<Layer> features = new ArrayList<>();
    for (int stage = 0; stage < FILTERS.length; stage++) {
      for (int i = 0; i < depths[stage]; i++) {
        features.add(conv2d(FILTERS[stage], 3).padding(1).init(Initializer.heNormal()));
        features.add(relu());
      }
      features.add(maxPool(2));
    }
    Initializer normal = Initializer.normal(DENSE_DEVIATION);
    Layer classifier =
        sequence(
            dense(4096).init(normal),
            relu(),
            dropout(0.5),
            dense(4096).init(normal),
            relu(),
            dropout(0.5),
            dense(classes).init(normal));
    return sequence(
        sequence(features).named("features"), flatten(), classifier.named("classifier"));
  }
}
