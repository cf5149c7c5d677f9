package dev.fovea.zoo;

import java.util.Locale;
import java.util.Map;

/**
 * The names that torchvision, timm and Keras have for the architectures of the zoo, where more than
 * capitals and the signs between their parts differ.
 */
final class OtherNames {
  private static final Map<String, String> OTHERS =
      Map.of(
          "lenet", "lenet5",
          "mobilenetv1", "mobilenet",
          "mobilenetv1100", "mobilenet",
          "mobilenetv2100", "mobilenetv2",
          "mobilenetv3large100", "mobilenetv3large",
          "mobilenetv3small100", "mobilenetv3small",
          "tfefficientnetb0", "efficientnetb0",
          "wideresnet164", "wrn164",
          "wideresnet2810", "wrn2810",
          "wideresnet404", "wrn404");

  private OtherNames() {}

  /** Returns the letters and digits of the zoo's name for a name of another library. */
  static String plain(String name) {
    // timm says behind a dot which training the weights are of: resnet18.a1_in1k
    String letters = letters(name.replaceFirst("(?s)\\.[a-z].*", ""));
    return OTHERS.getOrDefault(letters, letters);
  }

  /** Returns a name in small letters without the signs between its parts. */
  static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
  }
}
