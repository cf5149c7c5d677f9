package dev.fovea.simd;

import dev.fovea.op.Activation;
import java.util.Optional;

/**
 * Between which numbers results stay: a ReLU raises those below 0, a clipped one lowers those above
 * its limit, too.
 *
 * @param least 0, or negative infinity for none
 * @param most the limit, or positive infinity for none
 */
public record Bounds(float least, float most) {
  /** No bounds. */
  public static final Bounds NONE = new Bounds(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

  /** At least 0. */
  public static final Bounds RELU = new Bounds(0, Float.POSITIVE_INFINITY);

  /** Returns the bounds that an activation is, if it is no other function. */
  static Optional<Bounds> of(Activation a) {
    return switch (a.kind()) {
      case IDENTITY -> Optional.of(NONE);
      case RELU -> Optional.of(RELU);
      case CLIPPED_RELU -> Optional.of(new Bounds(0, a.alpha()));
      default -> Optional.empty();
    };
  }

  /** Returns whether results are raised to 0. */
  public boolean raises() {
    return least == 0;
  }

  /** Returns whether there is a limit above. */
  public boolean lowers() {
    return most < Float.POSITIVE_INFINITY;
  }

  /** Lowers, if there is a limit, rows of n results. */
  void lower(int rows, float[] y, int yo, int step, int n) {
    for (int r = 0; r < rows && lowers(); r++) {
      Functions.atMost(y, yo + r * step, y, yo + r * step, n, most);
    }
  }
}
