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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The networks of the side-by-side benchmarks. */
final class BenchNets {
  private static final int CLASSES = 1000;
  private static final Shape PICTURE = Shape.of(224, 224, 3);

  private BenchNets() {}

  /** Returns all of them, from small to large pictures. */
  static List<BenchNet> all() {
    return List.of(
        BenchNet.of("lenet5", () -> LeNet5.of(10), Shape.of(28, 28, 1), 10, 128),
        BenchNet.of("alexnet", () -> AlexNet.of(CLASSES), Shape.of(227, 227, 3), CLASSES, 16),
        BenchNet.of("vgg16", () -> Vgg.of(CLASSES, 2, 2, 3, 3, 3), PICTURE, CLASSES, 8),
        BenchNet.of("resnet18", () -> ResNet.of(CLASSES, false, 2, 2, 2, 2), PICTURE, CLASSES, 16),
        BenchNet.of("resnet50", () -> ResNet.of(CLASSES, true, 3, 4, 6, 3), PICTURE, CLASSES, 16),
        BenchNet.of("mobilenet", () -> MobileNet.of(CLASSES), PICTURE, CLASSES, 16),
        BenchNet.of("unet", () -> UNet.of(2, 32, true), Shape.of(256, 256, 1), 2, 8));
  }

  /** Returns the names. */
  static List<String> names() {
    return all().stream().map(BenchNet::name).toList();
  }

  /** Returns the file that a name stands for where it is of no network here. */
  static Optional<Path> file(String name) {
    return Optional.of(Path.of(name).toAbsolutePath())
        .filter(f -> !names().contains(name) && Files.isRegularFile(f));
  }

  /**
   * Returns the network of this name, or of this file.
   *
   * @throws FoveaException if there is none
   */
  static BenchNet find(String name) {
    if (BytesFile.isNamed(name)) {
      return find(name.substring(0, name.length() - BytesFile.SUFFIX.length())).inBytes();
    }
    return all().stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .or(() -> file(name).map(BenchNet::of))
        .orElseThrow(() ->
            new FoveaException(
                "--net: no benchmark of \""
                    + name
                    + "\""
                    + Suggest.hint(name, names())
                    + "; there are "
                    + String.join(", ", names())
                    + ", and networks in files"));
  }
}
