package dev.fovea.zoo;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.zoo.Blocks.biased;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Network in Network: every convolution is followed by two 1×1 convolutions, a small dense network
 * at each position, and global average pooling replaces dense layers.
 *
 * <p>{@code nin} is the network for CIFAR-10, {@code nin-imagenet} the one for ImageNet, as their
 * authors published them for Caffe.
 */
public final class NetworkInNetwork {
  private static final String PAPER = "Lin, Chen, Yan: Network In Network";

  static final Architecture CIFAR =
      new Architecture(
          "nin",
          "Network in Network for CIFAR",
          2013,
          PAPER,
          Shape.of(32, 32, 3),
          10,
          new Recipe("sgd", 0.05, "cosine", 164, 128, 1e-4),
          NetworkInNetwork::cifar);
  static final Architecture IMAGENET =
      new Architecture(
          "nin-imagenet",
          "Network in Network for ImageNet",
          2013,
          PAPER,
          Shape.of(224, 224, 3),
          1000,
          new Recipe("sgd", 0.01, "cosine", 90, 64, 5e-4),
          NetworkInNetwork::imageNet);

  private NetworkInNetwork() {}

  /** Returns the network for small pictures. */
  public static Layer cifar(Scale s) {
    List<Layer> layers = new ArrayList<>();
    stage(layers, biased(s.channels(192), 5, 1), s.channels(160), biased(s.channels(96), 1, 1));
    layers.add(maxPool(3).same().stride(2));
    layers.add(dropout(0.5));
    stage(layers, biased(s.channels(192), 5, 1), s.channels(192), biased(s.channels(192), 1, 1));
    layers.add(avgPool(3).same().stride(2));
    layers.add(dropout(0.5));
    stage(
        layers,
        biased(s.channels(192), 3, 1),
        s.channels(192),
        Blocks.rectifiedLogits(s.classes()));
    return sequence(sequence(layers).named("features"), globalAvgPool().named("avgpool"));
  }

  /** Returns the network for large pictures. */
  public static Layer imageNet(Scale s) {
    List<Layer> layers = new ArrayList<>();
    stage(
        layers,
        biased(s.channels(96), 11, 4).padding(0),
        s.channels(96),
        biased(s.channels(96), 1, 1));
    layers.add(maxPool(3).stride(2));
    stage(layers, biased(s.channels(256), 5, 1), s.channels(256), biased(s.channels(256), 1, 1));
    layers.add(maxPool(3).stride(2));
    stage(layers, biased(s.channels(384), 3, 1), s.channels(384), biased(s.channels(384), 1, 1));
    layers.add(maxPool(3).stride(2));
    layers.add(dropout(0.5));
    stage(
        layers,
        biased(s.channels(1024), 3, 1),
        s.channels(1024),
        Blocks.rectifiedLogits(s.classes()));
    return sequence(sequence(layers).named("features"), globalAvgPool().named("avgpool"));
  }

  private static void stage(List<Layer> layers, Layer first, int second, Layer third) {
    layers.add(first);
    layers.add(relu());
    layers.add(biased(second, 1, 1));
    layers.add(relu());
    layers.add(third);
    layers.add(relu());
  }
}
