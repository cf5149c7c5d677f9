package dev.fovea.op;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which algorithm computes convolutions, where a provider has several. */
public enum ConvolutionAlgorithm {
  /** What the provider's model of costs says is fastest for the shape. */
  AUTO,
  /** The definition. */
  DIRECT,
  /** Winograd's minimal filtering wherever it can compute. */
  WINOGRAD;

  /** The system property that names the algorithm where nobody else does. */
  public static final String PROPERTY = "fovea.conv";

  /** Returns the algorithm of this name, in any case. */
  public static Optional<ConvolutionAlgorithm> named(String name) {
    return Arrays.stream(values()).filter(a -> a.text().equalsIgnoreCase(name)).findFirst();
  }

  /**
   * Returns the algorithm that the system property {@value #PROPERTY} names; {@link #AUTO} if it is
   * not set.
   *
   * @throws FoveaException if it names none
   */
  public static ConvolutionAlgorithm ofProperty() {
    String name = System.getProperty(PROPERTY, AUTO.text());
    return named(name)
        .orElseThrow(
            () -> new FoveaException(PROPERTY + " must be " + choices() + ", got '" + name + "'"));
  }

  private static String choices() {
    return Arrays.stream(values())
        .map(ConvolutionAlgorithm::text)
        .collect(Collectors.joining(", "));
  }

  /** Returns the name in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
