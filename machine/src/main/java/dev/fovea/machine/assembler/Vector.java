package dev.fovea.machine.assembler;

/**
 * A vector register.
 *
 * @param number from 0 to 31; from 16 on there with AVX-512 only
 * @param width how much of it is used
 */
public record Vector(int number, Width width) {
  static final int MOST = 32;

  /** Checks the number. */
  public Vector {
    if (number < 0 || number >= MOST) {
      throw new IllegalArgumentException("there is no vector register " + number);
    }
  }

  /** Returns this register at another width. */
  public Vector at(Width other) {
    return new Vector(number, other);
  }
}
