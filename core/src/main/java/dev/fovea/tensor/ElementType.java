package dev.fovea.tensor;

import java.util.Locale;

/**
 * The storage format of a tensor's elements. A {@link Tensor} holds {@link #FLOAT32}; values inside
 * a compiled program may use the other types.
 */
public enum ElementType {
  /** IEEE 754 binary32. */
  FLOAT32(4),
  /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
  FLOAT16(2),
  /** The upper half of a binary32: 8 bits of exponent, 7 of fraction. */
  BFLOAT16(2),
  /** Whole numbers from −128 to 127. */
  INT8(1),
  /** Whole numbers from 0 to 255. */
  UINT8(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns how many bytes an element takes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the smallest integer that an 8-bit type can hold. */
  public int least() {
    return this == INT8 ? Byte.MIN_VALUE : 0;
  }

  /** Returns the largest integer that an 8-bit type can hold. */
  public int greatest() {
    return least() + 0xFF;
  }

  /** Returns the name in lower case, such as {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
