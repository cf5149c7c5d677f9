package dev.fovea.quantize;

/**
 * The real numbers from one to another.
 *
 * @param low the least
 * @param high the greatest
 */
public record ValueRange(float low, float high) {
  /** Returns this range with both ends a share as far from 0. */
  ValueRange times(double lower, double upper) {
    return new ValueRange((float) (low * lower), (float) (high * upper));
  }
}
