package dev.fovea.zoo;

import static dev.fovea.nn.Layers.adaptiveAvgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.concat;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.resize;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.convNormRelu;

import dev.fovea.data.Task;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * DeepLab v3 for semantic segmentation: a ResNet whose last stages have dilated convolutions
 * instead of strides, followed by convolutions at several dilation rates.
 *
 * <p>Atrous spatial pyramid pooling is a 1×1 convolution, three dilated 3×3 convolutions and the
 * mean of the whole picture, concatenated and combined by a 1×1 convolution. Scores are resized
 * bilinearly to the size of the picture. In training an auxiliary head on the last stage but one
 * adds gradients there. Names are those of torchvision.
 */
public final class DeepLab {
  private static final int CHANNELS = 256;
  private static final double NARROW = 0.25;

  static final Architecture V3 =
      architecture(
          "deeplab-v3",
          "DeepLab v3 on ResNet-50",
          Shape.of(512, 512, 3),
          21,
          new Recipe("sgd", 7e-3, "cosine", 50, 16, 1e-4),
          DeepLab::large);
  static final Architecture V3_SMALL =
      architecture(
          "deeplab-v3-small",
          "DeepLab v3 on ResNet-18 for small pictures, a quarter as wide",
          Shape.of(96, 96, 3),
          2,
          new Recipe("adamw", 3e-3, "one-cycle", 25, 16, 0),
          DeepLab::small);

  /** What the loss of the auxiliary head counts beside that of the classes. */
  private static final double WEIGHT = 0.4;

  private DeepLab() {}

  private static Architecture architecture(
      String name,
      String title,
      Shape input,
      int classes,
      Recipe recipe,
      Function<Scale, Parts> parts) {
    return new Architecture(
            name,
            title,
            2017,
            "Chen, Papandreou, Schroff, Adam: Rethinking Atrous Convolution for Semantic Image"
                + " Segmentation",
            input,
            classes,
            recipe,
            scale -> parts.apply(scale).network())
        .task(Task.MASK)
        .heads(new Heads(scale -> parts.apply(scale).withHead(), List.of(WEIGHT)));
  }

  private static Parts large(Scale scale) {
    ResNet.Kind bottleneck = new ResNet.Kind(true, 1, 64);
    return new Parts(scale, ResNet.features(scale, bottleneck, 16, 3, 4, 6, 3));
  }

  private static Parts small(Scale scale) {
    Scale narrow = new Scale(scale.classes(), NARROW * scale.width());
    ResNet.Kind basic = new ResNet.Kind(false, 1, 64);
    return new Parts(narrow, ResNet.features(narrow, basic, 4, 2, 2, 2, 2));
  }

  /**
   * What a DeepLab v3 is made of.
   *
   * @param scale classes and width
   * @param features the layers of the backbone in a row, with names
   */
  private record Parts(Scale scale, List<Layer> features) {
    private Layer classifier() {
      int channels = scale.channels(CHANNELS);
      return sequence(
              pyramid(channels, 6, 12, 18),
              Blocks.conv(channels, 3, 1),
              batchNorm(),
              relu(),
              scores())
          .named("classifier");
    }

    /** Returns the head on the last stage but one that brings gradients there in training. */
    private Layer auxiliary() {
      return sequence(
              Blocks.conv(scale.channels(CHANNELS), 3, 1),
              batchNorm(),
              relu(),
              dropout(0.1),
              scores())
          .named("aux_classifier");
    }

    private Layer scores() {
      return conv2d(scale.classes(), 1).init(Initializer.heNormal());
    }

    Layer network() {
      Layer backbone = sequence(features).named("backbone");
      Layer classifier = classifier();
      return Blocks.flat(x -> toSizeOf(x, classifier.apply(backbone.apply(x))));
    }

    /** Returns the network with two outputs in training: the logits and those of the head. */
    Network withHead() {
      Layer classifier = classifier();
      Layer auxiliary = auxiliary();
      return in -> {
        Signal x = in.getFirst();
        List<Signal> results = Blocks.results("backbone", features, x);
        Signal logits = toSizeOf(x, classifier.apply(results.getLast()));
        // The head is walked through in any case, so that its parameters are found.
        Signal further = toSizeOf(x, auxiliary.apply(results.get(results.size() - 2)));
        return x.trace().training() ? List.of(logits, further) : List.of(logits);
      };
    }
  }

  private static Layer pyramid(int channels, int... rates) {
    List<Layer> branches = new ArrayList<>();
    branches.add(convNormRelu(channels, 1, 1));
    for (int rate : rates) {
      Layer dilated = Blocks.conv(channels, 3, 1).dilation(rate).padding(rate);
      branches.add(sequence(dilated, batchNorm(), relu()));
    }
    Layer mean = adaptiveAvgPool(1, 1);
    branches.add(sequence(mean, Blocks.conv(channels, 1, 1), batchNorm(), relu()));
    List<Layer> convolutions = Blocks.numbered(branches);
    Layer project =
        sequence(Blocks.conv(channels, 1, 1), batchNorm(), relu(), dropout(0.5)).named("project");
    return Blocks.flat(x -> {
      List<Signal> all = Blocks.each("convs", convolutions, x);
      // One place, the same everywhere.
      Signal whole = toSizeOf(x, all.removeLast());
      all.add(whole);
      return project.apply(concat(all));
    });
  }

  private static Signal toSizeOf(Signal x, Signal y) {
    return resize(x.shape().dim(1), x.shape().dim(2)).bilinear().apply(y);
  }
}
