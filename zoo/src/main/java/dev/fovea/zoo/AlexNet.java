package dev.fovea.zoo;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * AlexNet: five convolutions, the first two followed by local response normalisation, and three
 * dense layers.
 *
 * <p>The paper splits convolutions 2, 4 and 5 over two devices ({@code alexnet-2groups}); in {@code
 * alexnet} every filter sees every channel. Their input is 227×227, with which the first layer
 * comes out at 55×55. {@code alexnet-owt} is the later network of 64, 192, 384, 256 and 256 filters
 * without normalisation, with the names of torchvision.
 */
public final class AlexNet {
  private static final String PAPER =
      "Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural"
          + " Networks";
  private static final int[] FILTERS = {96, 256, 384, 384, 256};
  private static final int DENSE = 4096;

  static final Architecture ARCHITECTURE = architecture("alexnet", "AlexNet", 1, Head.DENSE);
  static final Architecture TWO_GROUPS =
      architecture("alexnet-2groups", "AlexNet, two groups", 2, Head.DENSE)
          .published(Published.errors(40.7, 18.2, "one network, 10 crops"));
  static final Architecture CONVOLUTIONAL =
      architecture("alexnet-fcn", "AlexNet, fully convolutional", 1, Head.CONVOLUTIONAL);
  static final Architecture ONE_WEIRD_TRICK =
      new Architecture(
          "alexnet-owt",
          "AlexNet, one weird trick",
          2014,
          "Krizhevsky: One Weird Trick for Parallelizing Convolutional Neural Networks",
          Shape.of(224, 224, 3),
          1000,
          recipe(),
          AlexNet::oneWeirdTrick);

  private AlexNet() {}

  private static Recipe recipe() {
    return new Recipe("sgd", 0.01, "step", 90, 128, 5e-4);
  }

  private static Architecture architecture(String name, String title, int groups, Head head) {
    return new Architecture(
        name,
        title,
        2012,
        PAPER,
        Shape.of(227, 227, 3),
        1000,
        recipe(),
        scale -> of(scale, groups, head));
  }

  /** Returns AlexNet with one group for a number of classes. */
  public static Layer of(int classes) {
    return of(Scale.full(classes), 1, Head.DENSE);
  }

  /**
   * Returns AlexNet.
   *
   * @param scale classes and width
   * @param groups into how many parts convolutions 2, 4 and 5 are split: 1 or, as published, 2
   * @param head how features become logits
   */
  public static Layer of(Scale scale, int groups, Head head) {
    Layer features =
        sequence(
            conv(scale, 0, 11).stride(4),
            relu(),
            Blocks.responseNorm(),
            maxPool(3).stride(2),
            conv(scale, 1, 5).padding(2).groups(groups),
            relu(),
            Blocks.responseNorm(),
            maxPool(3).stride(2),
            conv(scale, 2, 3).padding(1),
            relu(),
            conv(scale, 3, 3).padding(1).groups(groups),
            relu(),
            conv(scale, 4, 3).padding(1).groups(groups),
            relu(),
            maxPool(3).stride(2));
    List<Layer> layers = new ArrayList<>(List.of(features.named("features")));
    layers.addAll(head.layers(scale, 6, DENSE, Initializer.heNormal()));
    return sequence(layers);
  }

  private static Conv2d conv(Scale scale, int i, int kernel) {
    return conv2d(scale.channels(FILTERS[i]), kernel).init(Initializer.heNormal());
  }

  /** Returns the network of one weird trick; dropout stands before the dense layers. */
  private static Layer oneWeirdTrick(Scale scale) {
    Layer features =
        sequence(
            Blocks.biased(scale.channels(64), 11, 4).padding(2),
            relu(),
            maxPool(3).stride(2),
            Blocks.biased(scale.channels(192), 5, 1),
            relu(),
            maxPool(3).stride(2),
            Blocks.biased(scale.channels(384), 3, 1),
            relu(),
            Blocks.biased(scale.channels(256), 3, 1),
            relu(),
            Blocks.biased(scale.channels(256), 3, 1),
            relu(),
            maxPool(3).stride(2));
    Initializer he = Initializer.heNormal();
    Layer classifier =
        sequence(
            dropout(0.5),
            Head.dense(scale.channels(DENSE), he),
            relu(),
            dropout(0.5),
            Head.dense(scale.channels(DENSE), he),
            relu(),
            Head.dense(scale.classes(), he));
    return sequence(features.named("features"), flatten(), classifier.named("classifier"));
  }
}
