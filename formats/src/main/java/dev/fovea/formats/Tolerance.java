package dev.fovea.formats;

import java.util.OptionalDouble;

/**
 * The allowed difference of a number a from the expected number b: |a − b| ≤ absolute + relative ·
 * |b|.
 *
 * @param relative the relative tolerance
 * @param absolute the absolute tolerance; if empty, 10⁻⁵ of the output's largest magnitude and at
 *     least 10⁻⁵, which allows for another order of summation in 32 bits
 */
public record Tolerance(double relative, OptionalDouble absolute) {
  private static final double REST = 1e-5;

  /** Returns the absolute part for an output of this largest magnitude. */
  double absolute(double largest) {
    return absolute.orElse(REST * Math.max(1, largest));
  }
}
