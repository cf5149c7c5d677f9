package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
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
 * ResNet: blocks whose result is added to their input.
 *
 * <p>The stride of a bottleneck lies in its 3×3 convolution, as in most trained weights there are
 * (variant 1.5). Names are those of torchvision.
 */
public final class ResNet {
  private static final int EXPANSION = 4;
  private static final int FIRST = 64;

  static final Architecture RESNET18 = architecture("resnet18", "ResNet-18", false, 2, 2, 2, 2);
  static final Architecture RESNET34 = architecture("resnet34", "ResNet-34", false, 3, 4, 6, 3);
  static final Architecture RESNET50 = architecture("resnet50", "ResNet-50", true, 3, 4, 6, 3);

  private ResNet() {}

  private static Architecture architecture(
      String name, String title, boolean bottleneck, int... depths) {
    return new Architecture(
        name,
        title,
        2015,
        "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition",
        Shape.of(224, 224, 3),
        1000,
        Architecture.Task.CLASSIFICATION,
        Recipe.sgd(0.1, 90, 256),
        classes -> of(classes, bottleneck, depths));
  }

  /**
   * Returns a ResNet.
   *
   * @param classes the number of classes
   * @param bottleneck whether blocks are 1×1, 3×3, 1×1 convolutions, else two of 3×3
   * @param depths the number of blocks of each stage
   */
  public static Layer of(int classes, boolean bottleneck, int... depths) {
    List<Layer> layers = new ArrayList<>();
    layers.add(conv(FIRST, 7, 2).named("conv1"));
    layers.add(batchNorm().named("bn1"));
    layers.add(relu().named("relu"));
    layers.add(maxPool(3).stride(2).padding(1).named("maxpool"));
    for (int stage = 0; stage < depths.length; stage++) {
      List<Layer> blocks = new ArrayList<>();
      for (int i = 0; i < depths[stage]; i++) {
        int stride = i == 0 && stage > 0 ? 2 : 1;
        boolean project = i == 0 && (stage > 0 || bottleneck);
        int filters = FIRST << stage;
        blocks.add(
            bottleneck ? bottleneck(filters, stride, project) : basic(filters, stride, project));
      }
      layers.add(sequence(blocks).named("layer" + (stage + 1)));
    }
    layers.add(globalAvgPool().named("avgpool"));
    layers.add(dense(classes).named("fc"));
    return sequence(layers);
  }

  private static Conv2d conv(int filters, int kernel, int stride) {
    return conv2d(filters, kernel)
        .stride(stride)
        .padding(kernel / 2)
        .noBias()
        .init(Initializer.heNormal());
  }

  private static Layer basic(int filters, int stride, boolean project) {
    Layer body =
        chain(
            conv(filters, 3, stride).named("conv1"),
            batchNorm().named("bn1"),
            relu(),
            conv(filters, 3, 1).named("conv2"),
            batchNorm().named("bn2"));
    return residual(body, filters, stride, project);
  }

  private static Layer bottleneck(int filters, int stride, boolean project) {
    Layer body =
        chain(
            conv(filters, 1, 1).named("conv1"),
            batchNorm().named("bn1"),
            relu(),
            conv(filters, 3, stride).named("conv2"),
            batchNorm().named("bn2"),
            relu(),
            conv(filters * EXPANSION, 1, 1).named("conv3"),
            batchNorm().named("bn3"));
    return residual(body, filters * EXPANSION, stride, project);
  }

  /** Layers in a row that are not a step of their own in the path. */
  private static Layer chain(Layer... layers) {
    return x -> {
      var y = x;
      for (Layer layer : layers) {
        y = layer.apply(y);
      }
      return y;
    };
  }

  private static Layer residual(Layer body, int filters, int stride, boolean project) {
    Layer end = relu();
    if (!project) {
      return x -> end.apply(body.forward(x).plus(x));
    }
    Layer shortcut = sequence(conv(filters, 1, stride), batchNorm()).named("downsample");
    return x -> end.apply(body.forward(x).plus(shortcut.apply(x)));
  }
}
