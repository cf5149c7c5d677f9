package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Quantized.Rounding;
import java.util.Optional;

/**
 * Sums of products of bytes, of which results are made.
 *
 * @param rows how many rows
 * @param columns how many columns
 * @param sums where they lie
 * @param at index of the first
 * @param step the distance between rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Results(int rows, int columns, float[] sums, int at, int step) {
  /**
   * Stores (sum + bias) · multiplier, rounded if so.
   *
   * @param column the place of the first column among biases and multipliers
   * @param to index of the first result in the array
   * @param next the distance between rows of results
   */
  void store(
      Optional<Rounding> rounding,
      Span bias,
      Span multiplier,
      int column,
      Span y,
      int to,
      int next) {
    float[] b = bias.array();
    float[] k = multiplier.array();
    int bo = bias.offset() + column;
    int ko = multiplier.offset() + column;
    if (rounding.isPresent()) {
      Rounding r = rounding.get();
      ByteLoops.round(rows, columns, sums, at, step, b, bo, k, ko, r, y.bytes(), to, next);
    } else {
      ByteLoops.scale(rows, columns, sums, at, step, b, bo, k, ko, y.array(), to, next);
    }
  }
}
