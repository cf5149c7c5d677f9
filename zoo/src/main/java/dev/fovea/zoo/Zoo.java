package dev.fovea.zoo;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The list of all architectures. */
public final class Zoo {
  private static final List<Architecture> ALL =
      List.of(
          LeNet5.ARCHITECTURE,
          LeNetLike.ARCHITECTURE,
          Cnn.ARCHITECTURE,
          NormalizedCnn.ARCHITECTURE,
          AlexNet.ARCHITECTURE,
          AlexNet.TWO_GROUPS,
          AlexNet.ONE_WEIRD_TRICK,
          AlexNet.CONVOLUTIONAL,
          ZfNet.ARCHITECTURE,
          NetworkInNetwork.CIFAR,
          NetworkInNetwork.IMAGENET,
          Vgg.VGG11,
          Vgg.VGG11_LRN,
          Vgg.VGG13,
          Vgg.VGG16_C,
          Vgg.VGG16,
          Vgg.VGG19,
          Vgg.VGG11_BN,
          Vgg.VGG13_BN,
          Vgg.VGG16_BN,
          Vgg.VGG19_BN,
          Vgg.VGG16_FCN,
          Vgg.VGG16_GAP,
          GoogLeNet.PUBLISHED,
          GoogLeNet.ARCHITECTURE,
          InceptionV3.ARCHITECTURE,
          ResNet.RESNET18,
          ResNet.RESNET34,
          ResNet.RESNET50,
          ResNet.RESNET101,
          ResNet.RESNET152,
          CifarResNet.RESNET8,
          CifarResNet.RESNET20,
          CifarResNet.RESNET32,
          CifarResNet.RESNET44,
          CifarResNet.RESNET56,
          CifarResNet.RESNET110,
          CifarResNet.RESNET8_B,
          CifarResNet.RESNET20_B,
          CifarResNet.RESNET32_B,
          CifarResNet.RESNET44_B,
          CifarResNet.RESNET56_B,
          CifarResNet.RESNET110_B,
          CifarResNet.STOCHASTIC_DEPTH,
          PreActResNet.RESNET18,
          PreActResNet.RESNET34,
          PreActResNet.RESNET50,
          PreActResNet.RESNET101,
          PreActResNet.RESNET152,
          PreActResNet.RESNET110,
          PreActResNet.RESNET164,
          PreActResNet.WIDE16,
          PreActResNet.WIDE28,
          PreActResNet.WIDE40,
          ResNet.WIDE50,
          ResNet.WIDE101,
          ResNet.RESNEXT50,
          ResNet.RESNEXT101,
          UNet.ARCHITECTURE,
          UNet.NORMALIZED,
          UNet.SMALL,
          Fcn.FCN32,
          Fcn.FCN16,
          Fcn.FCN8,
          Fcn.SMALL32,
          Fcn.SMALL16,
          Fcn.SMALL8,
          DeepLab.V3,
          DeepLab.V3_SMALL,
          DenseNet.DENSENET121,
          DenseNet.DENSENET161,
          DenseNet.DENSENET169,
          DenseNet.DENSENET201,
          DenseNet.DENSENET40,
          DenseNet.DENSENET_BC100,
          SqueezeNet.V1_0,
          SqueezeNet.V1_1,
          MobileNet.ARCHITECTURE,
          MobileNetV2.ARCHITECTURE,
          MobileNetV3.V3_LARGE,
          MobileNetV3.V3_SMALL,
          ShuffleNetV2.X0_5,
          ShuffleNetV2.X1_0,
          ShuffleNetV2.X1_5,
          ShuffleNetV2.X2_0,
          EfficientNet.B0,
          ConvNeXt.TINY,
          ConvNeXt.SMALL,
          ConvNeXt.BASE,
          ResNet9.ARCHITECTURE,
          ResNet9.NARROWED,
          Airbench.ARCHITECTURE);

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
   * Returns the architecture with this name. Names of other libraries, such as {@code vgg16_bn},
   * {@code squeezenet1_1} and {@code MobileNetV2}, are understood too.
   *
   * @throws FoveaException if there is none; the message suggests the most similar name
   */
  public static Architecture find(String name) {
    return named(name)
        .orElseThrow(() ->
            new FoveaException("no network named \"" + name + "\"" + Suggest.hint(name, names())));
  }

  /** Returns the architecture that {@link #find} finds, if there is one. */
  public static Optional<Architecture> named(String name) {
    String other = OtherNames.plain(name);
    return first(a -> a.name().equals(name))
        .or(() -> first(a -> OtherNames.letters(a.name()).equals(other)));
  }

  private static Optional<Architecture> first(Predicate<Architecture> is) {
    return ALL.stream().filter(is).findFirst();
  }
}
