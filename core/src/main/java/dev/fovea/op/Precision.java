package dev.fovea.op;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How precise the factors of products are; sums, and all else, are 32-bit floats. */
public enum Precision {
  /** 32-bit floats. */
  FLOAT32("fp32"),
  /**
   * Numbers of 16 bits with the range of a float and 8 bits of precision (bfloat16), in
   * convolutions and products of matrices where that is faster; weights stay floats and are rounded
   * for each product.
   */
  BFLOAT16("bf16");

  /** The system property that names the precision where nobody else does. */
  public static final String PROPERTY = "fovea.precision";

  private final String text;

  Precision(String text) {
    this.text = text;
  }

  /** Returns the precision of this name, in any case. */
  public static Optional<Precision> named(String name) {
    return Arrays.stream(values()).filter(p -> p.text.equalsIgnoreCase(name)).findFirst();
  }

  /**
   * Returns the precision that the system property {@value #PROPERTY} names; {@link #FLOAT32} if it
   * is not set.
   *
   * @throws FoveaException if it names none
   */
  public static Precision ofProperty() {
    String name = System.getProperty(PROPERTY, FLOAT32.text);
    return named(name)
        .orElseThrow(
            () -> new FoveaException(PROPERTY + " must be " + choices() + ", got '" + name + "'"));
  }

  private static String choices() {
    return Arrays.stream(values()).map(Precision::text).collect(Collectors.joining(" or "));
  }

  /** Returns the name: {@code fp32} or {@code bf16}. */
  public String text() {
    return text;
  }
}
