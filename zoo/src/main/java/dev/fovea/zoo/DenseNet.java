package dev.fovea.zoo;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.chain;
import static dev.fovea.zoo.Blocks.conv;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * DenseNet: within a block, every layer takes the outputs of all layers before it.
 *
 * <p>Normalisation and ReLU precede the convolutions. With a bottleneck a 1×1 convolution of four
 * times the growth precedes each 3×3 one, and between blocks a 1×1 convolution halves the channels
 * (DenseNet-BC). Names are those of torchvision.
 */
public final class DenseNet {
  private static final String PAPER =
      "Huang, Liu, van der Maaten, Weinberger: Densely Connected Convolutional Networks";
  private static final int BOTTLENECK = 4;
  private static final String ONE_CROP = "one network, one crop";

  static final Architecture DENSENET121 =
      imageNet(121, 64, 32, 6, 12, 24, 16).published(Published.errors(25.02, 7.71, ONE_CROP));
  static final Architecture DENSENET161 =
      imageNet(161, 96, 48, 6, 12, 36, 24).published(Published.top1(22.2, ONE_CROP));
  static final Architecture DENSENET169 =
      imageNet(169, 64, 32, 6, 12, 32, 32).published(Published.errors(23.80, 6.85, ONE_CROP));
  static final Architecture DENSENET201 =
      imageNet(201, 64, 32, 6, 12, 48, 32).published(Published.errors(22.58, 6.34, ONE_CROP));
  static final Architecture DENSENET40 =
      cifar("densenet40-k12", "DenseNet-40, growth 12", new Kind(16, 12, false, true), 12);
  static final Architecture DENSENET_BC100 =
      cifar("densenet-bc100-k12", "DenseNet-BC-100, growth 12", new Kind(24, 12, true, true), 16);

  private DenseNet() {}

  /**
   * The parts of the layers.
   *
   * @param first the filters of the first convolution
   * @param growth the number of channels that each layer adds
   * @param bottleneck whether 1×1 convolutions precede, and halve the channels between blocks
   * @param small whether the first convolution is 3×3 at stride 1 without pooling, for 32×32
   */
  public record Kind(int first, int growth, boolean bottleneck, boolean small) {}

  private static Architecture imageNet(int depth, int first, int growth, int... layers) {
    return new Architecture(
        "densenet" + depth,
        "DenseNet-" + depth,
        2016,
        PAPER,
        Shape.of(224, 224, 3),
        1000,
        Recipe.sgd(0.1, 90, 256),
        scale -> of(scale, new Kind(first, growth, true, false), layers));
  }

  private static Architecture cifar(String name, String title, Kind kind, int layers) {
    return new Architecture(
        name,
        title,
        2016,
        PAPER,
        Shape.of(32, 32, 3),
        10,
        Recipe.sgd(0.1, 300, 64),
        scale -> of(scale, kind, layers, layers, layers));
  }

  /**
   * Returns a DenseNet.
   *
   * @param scale classes and width
   * @param kind the parts of the layers
   * @param depths the number of layers of each block
   */
  public static Layer of(Scale scale, Kind kind, int... depths) {
    List<Layer> features = new ArrayList<>();
    int first = scale.channels(kind.first);
    features.add(conv(first, kind.small ? 3 : 7, kind.small ? 1 : 2).named("conv0"));
    if (!kind.small) {
      features.add(batchNorm().named("norm0"));
      features.add(relu().named("relu0"));
      features.add(maxPool(3).stride(2).padding(1).named("pool0"));
    }
    int growth = scale.channels(kind.growth);
    int channels = first;
    for (int i = 0; i < depths.length; i++) {
      features.add(block(growth, kind.bottleneck, depths[i]).named("denseblock" + (i + 1)));
      channels += depths[i] * growth;
      if (i < depths.length - 1) {
        channels = kind.bottleneck ? channels / 2 : channels;
        features.add(transition(channels).named("transition" + (i + 1)));
      }
    }
    features.add(batchNorm().named("norm" + (depths.length + 1)));
    features.add(relu().named("relu"));
    return sequence(
        sequence(features).named("features"),
        globalAvgPool().named("avgpool"),
        dense(scale.classes()).named("classifier"));
  }

  private static Layer block(int growth, boolean bottleneck, int depth) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      layers.add(layer(growth, bottleneck).named("denselayer" + (i + 1)));
    }
    return x -> {
      Signal all = x;
      for (Layer layer : layers) {
        all = all.concat(layer.apply(all));
      }
      return all;
    };
  }

  private static Layer layer(int growth, boolean bottleneck) {
    List<Layer> layers = new ArrayList<>();
    int n = 1;
    if (bottleneck) {
      layers.add(batchNorm().named("norm1"));
      layers.add(relu().named("relu1"));
      layers.add(conv(BOTTLENECK * growth, 1, 1).named("conv1"));
      n = 2;
    }
    layers.add(batchNorm().named("norm" + n));
    layers.add(relu().named("relu" + n));
    layers.add(conv(growth, 3, 1).named("conv" + n));
    return chain(layers);
  }

  private static Layer transition(int channels) {
    return chain(
        batchNorm().named("norm"),
        relu().named("relu"),
        conv(channels, 1, 1).named("conv"),
        avgPool(2).named("pool"));
  }
}
