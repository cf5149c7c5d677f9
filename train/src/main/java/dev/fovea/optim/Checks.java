package dev.fovea.optim;

import dev.fovea.tensor.FoveaException;

/** Checks of numbers that users choose. */
final class Checks {
  private Checks() {}

  static void positive(String what, double value) {
    require(value > 0 && Double.isFinite(value), what, value, "a positive number");
  }

  static void notNegative(String what, double value) {
    require(value >= 0 && Double.isFinite(value), what, value, "0 or a positive number");
  }

  static void limit(String what, double value) {
    require(value > 0, what, value, "a positive number");
  }

  static void fraction(String what, double value) {
    require(value >= 0 && value < 1, what, value, "at least 0 and below 1");
  }

  private static void require(boolean holds, String what, double value, String wanted) {
    if (!holds) {
      throw new FoveaException(what + " must be " + wanted + ", got " + value);
    }
  }
}
