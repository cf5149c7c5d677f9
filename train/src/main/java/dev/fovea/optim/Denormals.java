package dev.fovea.optim;

/**
 * How running sums are kept from numbers below 2⁻¹²⁶, which processors compute a hundred times
 * slower.
 *
 * <p>Java cannot ask the processor to round them to zero. Adding a small constant and taking it off
 * again does: what is far below the constant vanishes, what is left is a multiple of the constant's
 * last digit, and numbers that matter to a step keep theirs. It costs two additions and no branch.
 */
final class Denormals {
  /** Its last digit is 2⁻¹²³, still a normal number. */
  static final float TINY = 1e-30f;

  /** For what is squared and multiplied by 1 − β: its last digit is 2⁻⁵⁷, the square 2⁻¹¹⁴. */
  static final float TINY_ROOT = 1e-10f;

  private Denormals() {}
}
