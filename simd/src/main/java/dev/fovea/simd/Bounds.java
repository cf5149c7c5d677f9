package dev.fovea.simd;

import dev.fovea.op.Activation;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Between which numbers results stay: a ReLU raises those below 0, a clipped one lowers those above
 * its limit, too.
 *
 * @param least 0, or negative infinity for none
 * @param most the limit, or positive infinity for none
 */
public record Bounds(float least, float most) {
  private static final VectorSpecies<Float> S = Species.FLOATS;

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

  /** Lowers, if there is a limit, rows of n results; what is no number stays. */
  void lower(int rows, float[] y, int yo, int step, int n) {
    if (lowers()) {
      lower(rows, y, yo, step, n, most);
    }
  }

  /** Both loops are in one method: rows may be as short as a vector. */
  private static void lower(int rows, float[] y, int yo, int step, int n, float most) {
    int whole = S.loopBound(n);
    for (int r = 0; r < rows; r++) {
      int row = yo + r * step;
      for (int i = row; i < row + whole; i += S.length()) {
        FloatVector v = FloatVector.fromArray(S, y, i);
        v.blend(most, v.compare(VectorOperators.GT, most)).intoArray(y, i);
      }
      for (int i = row + whole; i < row + n; i++) {
        y[i] = y[i] > most ? most : y[i];
      }
    }
  }
}
