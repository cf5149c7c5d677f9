package dev.fovea.io;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.RandomAccess;

/**
 * An array of JSON that holds numbers alone, eight bytes each: it never changes, and makes a {@link
 * Long} or a {@link Double} only of the elements that are asked for as objects.
 */
public final class JsonNumbers extends AbstractList<Object> implements RandomAccess {
  /** The bits of whole numbers as longs, and of all others as doubles. */
  private final long[] bits;

  private final BitSet fractions;

  private JsonNumbers(long[] bits, BitSet fractions) {
    this.bits = bits;
    this.fractions = fractions;
  }

  /** Returns element {@code i} as a double. */
  public double at(int i) {
    return fractions.get(i) ? Double.longBitsToDouble(bits[i]) : bits[i];
  }

  @Override
  public Object get(int i) {
    if (fractions.get(i)) {
      return Double.longBitsToDouble(bits[i]);
    }
    return bits[i];
  }

  @Override
  public int size() {
    return bits.length;
  }

  /** Takes numbers one by one. */
  static final class Builder {
    private long[] bits = new long[4];
    private final BitSet fractions = new BitSet(0);
    private int size;

    void add(long whole) {
      if (size == bits.length) {
        bits = Arrays.copyOf(bits, size + (size >> 1));
      }
      bits[size++] = whole;
    }

    void add(double number) {
      fractions.set(size);
      add(Double.doubleToRawLongBits(number));
    }

    JsonNumbers build() {
      return new JsonNumbers(size == bits.length ? bits : Arrays.copyOf(bits, size), fractions);
    }
  }
}
