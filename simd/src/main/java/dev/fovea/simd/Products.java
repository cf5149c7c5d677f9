package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import org.jspecify.annotations.Nullable;

/**
 * What the tiles of products of one call of a kernel have in common: their factors, what is added,
 * and where results go. Each tile counts its places from the beginnings of these stretches.
 *
 * @param x rows of the first factor
 * @param xs the distance between two rows
 * @param w panels of the second factor
 * @param b the bias, a number per column
 * @param bs the distance between the bias of a block of columns and that of the next
 * @param bounds between which results stay
 * @param r what is added to the sums, laid out as results are; null for nothing
 * @param y results
 * @param ys the distance between two rows of results
 */
public record Products(
    Span x, int xs, Span w, Span b, int bs, Bounds bounds, @Nullable Span r, Span y, int ys) {

  /** Creates it for blocks that have one bias, without bounds and with nothing added. */
  public static Products of(Span x, int xs, Span w, Span b, Span y, int ys) {
    return new Products(x, xs, w, b, 0, Bounds.NONE, null, y, ys);
  }

  /** Returns these with another distance between biases. */
  public Products withBiasStep(int bs) {
    return new Products(x, xs, w, b, bs, bounds, r, y, ys);
  }

  /** Returns these within bounds. */
  public Products within(Bounds bounds) {
    return new Products(x, xs, w, b, bs, bounds, r, y, ys);
  }

  /** Returns these with something added, laid out as results are; null for nothing. */
  public Products plus(@Nullable Span r) {
    return new Products(x, xs, w, b, bs, bounds, r, y, ys);
  }
}
