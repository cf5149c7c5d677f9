package dev.fovea.formats.onnx.walk;

import dev.fovea.tensor.FoveaException;
import org.jspecify.annotations.Nullable;

/** Says that the rows of a product are longer or shorter than the columns of its weights. */
public final class InnerExtents extends FoveaException {
  private static final long serialVersionUID = 1;

  private final int have;
  private final int wanted;

  InnerExtents(int have, int wanted) {
    super("takes " + wanted + " elements of each sample, got " + have);
    this.have = have;
    this.wanted = wanted;
  }

  /** Checks that both are alike. */
  public static void require(int have, int wanted) {
    if (have != wanted) {
      throw new InnerExtents(have, wanted);
    }
  }

  /** Returns the complaint of this kind that another was made of, or null. */
  public static @Nullable InnerExtents in(Throwable complaint) {
    for (Throwable t = complaint; t != null; t = t.getCause()) {
      if (t instanceof InnerExtents found) {
        return found;
      }
    }
    return null;
  }

  /** Returns whether there are more elements than weights. */
  public boolean isTooLong() {
    return have > wanted;
  }
}
