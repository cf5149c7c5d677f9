package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;

/** Checks of numbers that options give. */
final class Range {
  private static final int MAX_THREADS = 1024;

  private Range() {}

  /** Returns the number if it is at least {@code least}. */
  static int atLeast(String option, int value, int least) {
    if (value < least) {
      throw new FoveaException(option + " " + value + ": " + least + " or more expected");
    }
    return value;
  }

  /** Returns the number if it is in [least, most]. */
  static int within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new FoveaException(option + " " + value + ": " + least + " to " + most + " expected");
    }
    return value;
  }

  /** Returns the number if it is finite and above 0. */
  static double positive(String option, double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw new FoveaException(option + " " + value + ": a number above 0 expected");
    }
    return value;
  }

  /** Returns the number if it is above 0, finite and of full precision as a 32-bit float. */
  static double normalFloat(String option, double value) {
    positive(option, value);
    if (!(value >= Float.MIN_NORMAL && value <= Float.MAX_VALUE)) {
      throw new FoveaException(
          option
              + " "
              + value
              + ": a number from "
              + Float.MIN_NORMAL
              + " to "
              + Float.MAX_VALUE
              + " expected");
    }
    return value;
  }

  /** Returns the number if it is finite and not below 0. */
  static double notNegative(String option, double value) {
    if (!(value >= 0) || !Double.isFinite(value)) {
      throw new FoveaException(option + " " + value + ": a number of 0 or more expected");
    }
    return value;
  }

  /** Returns the number if it is in [0, limit). */
  static double fraction(String option, double value, double limit) {
    if (!(value >= 0 && value < limit)) {
      throw new FoveaException(
          option + " " + value + ": a number from 0 to below " + limit + " expected");
    }
    return value;
  }

  /** Returns the number if it is in [0, 1]. */
  static double share(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new FoveaException(option + " " + value + ": a number from 0 to 1 expected");
    }
    return value;
  }

  /** Returns the number of threads that an option asks for, 0 standing for all processors. */
  static int threads(int asked) {
    if (asked < 0 || asked > MAX_THREADS) {
      throw new FoveaException(
          "--threads " + asked + ": 0 (all processors) to " + MAX_THREADS + " expected");
    }
    return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
  }
}
