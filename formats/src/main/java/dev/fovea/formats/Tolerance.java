package dev.fovea.formats;

import java.util.OptionalDouble;

/**
 * How far a number a may be from the number b that is expected: |a − b| ≤ absolute + relative ·
 * |b|.
 *
 * @param relative the share of the expected number
 * @param absolute what is allowed whatever is expected; where it is empty, 10⁻⁵ of the output's
 *     largest magnitude and at least 10⁻⁵, for 32-bit sums in another order leave such rests where
 *     numbers cancel
 */
public record Tolerance(double relative, OptionalDouble absolute) {
  private static final double REST = 1e-5;

  /** Returns the absolute part for an output of this largest magnitude. */
  double absolute(double largest) {
    return absolute.orElse(REST * Math.max(1, largest));
  }
}
