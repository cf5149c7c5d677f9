package dev.fovea.simd;

/**
 * Micro-kernels whose factors are pairs of bfloat16, each in the place of a float: a step adds two
 * products to a sum, as {@link Bfloat16#addProducts} does. Sums are floats.
 *
 * @param two for panels of two vectors
 * @param one for panels of one vector
 * @param rounding makes the pairs
 */
public record PairMicros(Micro two, Micro one, PairRounding rounding) {
  /** Returns the kernels whose panels waste least on {@code columns} columns. */
  Micro forColumns(int columns) {
    return Micros.narrower(two, one, columns);
  }
}
