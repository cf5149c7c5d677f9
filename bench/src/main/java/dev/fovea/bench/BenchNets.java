package dev.fovea.bench;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.AlexNet;
import dev.fovea.zoo.LeNet5;
import dev.fovea.zoo.MobileNet;
import dev.fovea.zoo.ResNet;
import dev.fovea.zoo.UNet;
import dev.fovea.zoo.Vgg;
import java.util.List;

/** The networks of the side-by-side benchmarks. */
final class BenchNets {
  private static final int CLASSES = 1000;
  private static final Shape PICTURE = Shape.of(224, 224, 3);

  private BenchNets() {}

  /** Returns all of them, from small to large pictures. */
  static List<BenchNet> all() {
    return List.of(
        new BenchNet("lenet5", () -> LeNet5.of(10), Shape.of(28, 28, 1), 10, 128),
        new BenchNet("alexnet", () -> AlexNet.of(CLASSES), Shape.of(227, 227, 3), CLASSES, 16),
        new BenchNet("vgg16", () -> Vgg.of(CLASSES, 2, 2, 3, 3, 3), PICTURE, CLASSES, 8),
        new BenchNet("resnet18", () -> ResNet.of(CLASSES, false, 2, 2, 2, 2), PICTURE, CLASSES, 16),
        new BenchNet("resnet50", () -> ResNet.of(CLASSES, true, 3, 4, 6, 3), PICTURE, CLASSES, 16),
        new BenchNet("mobilenet", () -> MobileNet.of(CLASSES), PICTURE, CLASSES, 16),
        new BenchNet("unet", () -> UNet.of(2, 32, true), Shape.of(256, 256, 1), 2, 8));
  }

  /** Returns the names. */
  static List<String> names() {
    return all().stream().map(BenchNet::name).toList();
  }

  /**
   * Returns the network of this name.
   *
   * @throws FoveaException if there is none
   */
  static BenchNet find(String name) {
    return all().stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new FoveaException(
                "--net: no benchmark of \""
                    + name
                    + "\""
                    + Suggest.hint(name, names())
                    + "; there are "
                    + String.join(", ", names())));
  }
}
