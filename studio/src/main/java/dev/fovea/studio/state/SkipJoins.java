package dev.fovea.studio.state;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Finds skip connections in what a network computes of a picture: where a map is joined, by
 * concatenation or as a sum, with one of the same size that came back from a lower resolution, the
 * first is what the skip carries. So U-Net and FCN have skips; residual blocks, whose branches keep
 * the resolution, have none.
 */
final class SkipJoins {
  private static final int RANK = 4;
  private static final int CHANNELS = 3;
  private static final Elementwise.Binary SUM = new Elementwise.Binary(BinaryFunction.ADD);

  /** What does not follow from the picture has passed no place. */
  private static final long NONE = Long.MAX_VALUE;

  private final Value picture;
  private final Map<Value, Long> least = new IdentityHashMap<>();

  /** Prepares to look into what was computed of a picture [N, H, W, C]. */
  SkipJoins(Value picture) {
    this.picture = picture;
  }

  /** Returns whether a value depends on the picture. */
  boolean follows(Value v) {
    return least(v) != NONE;
  }

  /** Returns which input of a value is what a skip carries; −1 if none is. */
  int skip(Value v) {
    if (!joins(v) || v.inputs().size() != 2) {
      return -1;
    }
    for (int i = 0; i < 2; i++) {
      Value carried = v.input(i);
      Value other = v.input(1 - i);
      long places = places(v.shape());
      boolean together = places(carried.shape()) == places && places(other.shape()) == places;
      if (together && least(carried) == places && least(other) < places) {
        return i;
      }
    }
    return -1;
  }

  private static boolean joins(Value v) {
    return v.shape().rank() == RANK
        && (v.op().equals(SUM) || (v.op() instanceof Movement.Concat c && c.axis() == CHANNELS));
  }

  private static long places(Shape s) {
    return s.rank() == RANK ? (long) s.dim(1) * s.dim(2) : 1;
  }

  /** Returns the fewest places of any map on the way from the picture to a value. */
  private long least(Value v) {
    Long known = least.get(v);
    if (known != null) {
      return known;
    }
    long all = v == picture ? places(v.shape()) : NONE;
    for (Value input : v.inputs()) {
      all = Math.min(all, least(input));
    }
    long own = all == NONE ? NONE : Math.min(all, places(v.shape()));
    least.put(v, own);
    return own;
  }
}
