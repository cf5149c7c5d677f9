package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Whether products in bfloat16 are worth it on this machine, by a measurement of how many times as
 * fast they are as in floats.
 */
final class PrecisionCheck {
  /** The option by which a user has them all the same. */
  static final String FORCE = "--force-precision";

  /** Rounding the factors costs time, too, so that products alone must gain a fifth. */
  static final double LEAST = 1.2;

  private PrecisionCheck() {}

  /** Returns whether such a gain is enough. */
  static boolean pays(double gain) {
    return gain >= LEAST;
  }

  /**
   * Returns what to tell of a gain that is enough; what cannot be measured is taken for it.
   *
   * @throws FoveaException if it is not
   */
  static String told(OptionalDouble gain) {
    if (gain.isEmpty()) {
      return "--precision bf16: not measured here";
    }
    double times = gain.getAsDouble();
    if (!pays(times)) {
      throw new FoveaException(
          String.format(
              Locale.ROOT,
              "--precision bf16: measured on this machine, products in bfloat16 are %.2f times as"
                  + " fast as in floats, and %.1f are needed, for factors are rounded first; leave"
                  + " it out, or add %s",
              times,
              LEAST,
              FORCE));
    }
    return String.format(
        Locale.ROOT,
        "--precision bf16: measured on this machine, products are %.2f times as fast as in floats",
        times);
  }
}
