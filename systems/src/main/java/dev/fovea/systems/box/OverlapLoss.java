package dev.fovea.systems.box;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.HostCall;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * 1 − {@link Overlap} of boxes in a graph, with the gradient by both: what regression of boxes
 * makes small.
 *
 * <p>In CIoU, α counts as a constant (Zheng et al., 2020). To U and C ε = 10⁻⁷ is added: an IoU
 * without union is 0, and no gradient is infinite. Where both boxes have an edge in common, moving
 * it either way counts by half, so that two equal boxes are left where they are. Boxes are in
 * pixels, their ends not before their beginnings; of much smaller areas ε counts.
 */
public final class OverlapLoss {
  private static final Value TINY = Value.constant((float) Overlap.EPSILON);

  private OverlapLoss() {}

  /**
   * Returns 1 − overlap of each pair of boxes.
   *
   * @param overlap which overlap
   * @param a boxes [.., 4]
   * @param b as many others
   * @return the losses [..]
   */
  public static Value of(Overlap overlap, Value a, Value b) {
    Sides x = new Sides(side(a, 0), side(a, 2), side(b, 0), side(b, 2));
    Sides y = new Sides(side(a, 1), side(a, 3), side(b, 1), side(b, 3));
    Value both = x.shared().times(y.shared());
    Value areas = x.first().times(y.first()).plus(x.second().times(y.second()));
    Value union = areas.minus(both);
    Value iou = both.over(union.plus(TINY));
    Value loss =
        switch (overlap) {
          case IOU -> one().minus(iou);
          case GIOU -> one().minus(iou).plus(unused(x, y, union));
          case DIOU -> one().minus(iou).plus(distance(x, y));
          case CIOU -> one().minus(iou).plus(distance(x, y)).plus(shape(x, y, iou));
        };
    int[] dims = a.shape().dims();
    return loss.reshape(Shape.of(Arrays.copyOf(dims, dims.length - 1)));
  }

  private static Value one() {
    return Value.constant(1);
  }

  private static Value side(Value boxes, int i) {
    return boxes.slice(-1, i, 1);
  }

  /** Returns (C − U) / C. */
  private static Value unused(Sides x, Sides y, Value union) {
    Value around = x.span().times(y.span());
    return around.minus(union).over(around.plus(TINY));
  }

  /** Returns d² / (c² + ε). */
  private static Value distance(Sides x, Sides y) {
    Value apart = x.apart().map(UnaryFunction.SQUARE).plus(y.apart().map(UnaryFunction.SQUARE));
    Value diagonal = x.span().map(UnaryFunction.SQUARE).plus(y.span().map(UnaryFunction.SQUARE));
    return apart.over(diagonal.plus(TINY));
  }

  /** Returns α·v. */
  private static Value shape(Sides x, Sides y, Value iou) {
    Value turn = angle(x.first(), y.first()).minus(angle(x.second(), y.second()));
    Value v = turn.times((float) (2 / Math.PI)).map(UnaryFunction.SQUARE);
    Value alpha = v.over(one().minus(iou).plus(v).plus(TINY));
    return v.times(constant(alpha));
  }

  /** Returns the same numbers, through which no gradient flows. */
  private static Value constant(Value v) {
    HostCall.Function copy = (in, out) -> out.put(in.get(0));
    HostCall.Derivative none = (y, dy) -> Arrays.asList((Value) null);
    return Value.of(new HostCall("constant", v.shape(), copy, none), v);
  }

  /** Returns atan(w / h). */
  private static Value angle(Value w, Value h) {
    return Value.of(
        new HostCall("atan2", w.shape(), OverlapLoss::angles, OverlapLoss::turns), w, h);
  }

  private static void angles(List<FloatBuffer> in, FloatBuffer out) {
    for (int i = 0; i < out.limit(); i++) {
      out.put(i, (float) Math.atan2(in.get(0).get(i), in.get(1).get(i)));
    }
  }

  private static List<Value> turns(Value y, Value dy) {
    Value w = y.input(0);
    Value h = y.input(1);
    Value squares = w.map(UnaryFunction.SQUARE).plus(h.map(UnaryFunction.SQUARE)).plus(TINY);
    Value share = dy.over(squares);
    return List.of(share.times(h), share.times(w).times(-1));
  }

  /** Where two boxes begin and end along one axis. */
  private record Sides(Value begin, Value end, Value otherBegin, Value otherEnd) {
    Value first() {
      return end.minus(begin);
    }

    Value second() {
      return otherEnd.minus(otherBegin);
    }

    /** Returns how far both reach together; boxes that only touch pull nothing. */
    Value shared() {
      Value last = even(BinaryFunction.MIN, end, otherEnd);
      Value first = even(BinaryFunction.MAX, begin, otherBegin);
      return Value.constant(0).with(BinaryFunction.MAX, last.minus(first));
    }

    Value span() {
      return even(BinaryFunction.MAX, end, otherEnd)
          .minus(even(BinaryFunction.MIN, begin, otherBegin));
    }

    /** Returns the larger or the smaller; where both are equal each has half of the gradient. */
    private static Value even(BinaryFunction of, Value a, Value b) {
      return a.with(of, b).plus(b.with(of, a)).times(0.5f);
    }

    /** Returns the distance of the middles. */
    Value apart() {
      return begin.plus(end).minus(otherBegin).minus(otherEnd).times(0.5f);
    }
  }
}
