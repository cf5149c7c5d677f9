package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Dense;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import java.util.List;

/** The head of AlexNet, ZFNet and VGG, which turns the last features into logits. */
public enum Head {
  /**
   * Three dense layers on the flattened features, as published: the weights fit one picture size
   * only.
   */
  DENSE {
    @Override
    Layer classifier(Scale scale, int size, int units, Initializer init) {
      return sequence(
          dense(scale.channels(units), init),
          relu(),
          dropout(0.5),
          dense(scale.channels(units), init),
          relu(),
          dropout(0.5),
          dense(scale.classes(), init));
    }

    @Override
    List<Layer> layers(Scale scale, int size, int units, Initializer init) {
      return List.of(flatten(), classifier(scale, size, units, init).named("classifier"));
    }
  },
  /**
   * The dense layers as convolutions, the first as large as the features of the usual picture, and
   * the mean over all positions at the end: as many parameters, for pictures of the usual size or
   * larger (Long, Shelhamer, Darrell, 2015).
   */
  CONVOLUTIONAL {
    @Override
    Layer classifier(Scale scale, int size, int units, Initializer init) {
      return sequence(
          conv2d(scale.channels(units), size).init(init),
          relu(),
          dropout(0.5),
          conv2d(scale.channels(units), 1).init(init),
          relu(),
          dropout(0.5),
          conv2d(scale.classes(), 1).init(init));
    }

    @Override
    List<Layer> layers(Scale scale, int size, int units, Initializer init) {
      Layer classifier = classifier(scale, size, units, init);
      return List.of(classifier.named("classifier"), globalAvgPool().named("avgpool"));
    }
  },
  /** The mean over all positions and one dense layer: few parameters, for pictures of any size. */
  GLOBAL_POOLING {
    @Override
    Layer classifier(Scale scale, int size, int units, Initializer init) {
      return dense(scale.classes(), init);
    }

    @Override
    List<Layer> layers(Scale scale, int size, int units, Initializer init) {
      Layer classifier = classifier(scale, size, units, init);
      return List.of(globalAvgPool().named("avgpool"), classifier.named("classifier"));
    }
  };

  abstract Layer classifier(Scale scale, int size, int units, Initializer init);

  /**
   * Returns the layers after the features.
   *
   * @param scale classes and width
   * @param size height and width of the features of the usual picture
   * @param units the units of the hidden dense layers
   * @param init the starting values of the weights
   */
  abstract List<Layer> layers(Scale scale, int size, int units, Initializer init);

  static Dense dense(int units, Initializer init) {
    return Layers.dense(units).init(init);
  }
}
