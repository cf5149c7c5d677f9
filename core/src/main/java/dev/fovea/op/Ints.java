package dev.fovea.op;

import java.util.Arrays;

/**
 * An immutable list of ints with value equality, so that ops that hold one compare by content.
 *
 * <p>Arrays compare by identity and would make two equal ops differ.
 */
public final class Ints {
  private final int[] values;

  private Ints(int[] values) {
    this.values = values;
  }

  /** Returns the list of these numbers. */
  public static Ints of(int... values) {
    return new Ints(values.clone());
  }

  /** Returns how many numbers there are. */
  public int size() {
    return values.length;
  }

  /** Returns number {@code i}. */
  public int get(int i) {
    return values[i];
  }

  /** Returns whether {@code value} is among the numbers. */
  public boolean contains(int value) {
    return Arrays.stream(values).anyMatch(v -> v == value);
  }

  /** Returns a copy of the numbers. */
  public int[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Ints other && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
