package dev.fovea.zoo;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.List;

/** All architectures, in one place. */
public final class Zoo {
  private static final List<Architecture> ALL =
      List.of(
          LeNet5.ARCHITECTURE,
          LeNetLike.ARCHITECTURE,
          Cnn.ARCHITECTURE,
          AlexNet.ARCHITECTURE,
          Vgg.VGG11,
          Vgg.VGG13,
          Vgg.VGG16,
          Vgg.VGG19,
          ResNet.RESNET18,
          ResNet.RESNET34,
          ResNet.RESNET50,
          UNet.ARCHITECTURE,
          UNet.NORMALIZED,
          MobileNet.ARCHITECTURE);

  private Zoo() {}

  /** Returns all architectures. */
  public static List<Architecture> all() {
    return ALL;
  }

  /** Returns the names of all architectures. */
  public static List<String> names() {
    return ALL.stream().map(Architecture::name).toList();
  }

  /**
   * Returns the architecture of this name.
   *
   * @throws FoveaException if there is none; the message names the nearest
   */
  public static Architecture find(String name) {
    return ALL.stream()
        .filter(a -> a.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new FoveaException("no network named \"" + name + "\"" + Suggest.hint(name, names())));
  }
}
