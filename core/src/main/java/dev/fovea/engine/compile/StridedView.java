package dev.fovea.engine.compile;

import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Where the numbers of a value lie in another that only slices and reshapes stand between.
 *
 * <p>Counted row by row, they are those at offset + Σ iₖ · strideₖ of the root, where the last iₖ
 * changes first. An axis of the value may be several of these runs, or a part of one.
 *
 * @param root the value whose numbers these are
 * @param offset where the first lies
 * @param runs how many steps, and how far apart, the outermost first
 * @param shape the shape of the value
 */
record StridedView(Value root, int offset, List<Run> runs, Shape shape) {
  /** Some steps of equal length. */
  record Run(int steps, int stride) {}

  /** Returns a value as a view of the furthest value that only slices and reshapes lead to. */
  static StridedView of(Value v) {
    StridedView self = new StridedView(v, 0, List.of(new Run(v.shape().elements(), 1)), v.shape());
    return switch (v.op()) {
      case Movement.Reshape(Shape to) -> {
        StridedView in = of(v.input(0));
        yield new StridedView(in.root, in.offset, in.runs, to);
      }
      case Movement.Slice(Ints begin, Shape size) -> of(v.input(0)).slice(begin, size).orElse(self);
      default -> self;
    };
  }

  private Optional<StridedView> slice(Ints begin, Shape size) {
    List<Run> kept = new ArrayList<>();
    int at = offset;
    Deque<Run> left = new ArrayDeque<>(runs);
    for (int i = shape.rank() - 1; i >= 0; i--) {
      List<Run> axis = axis(left, shape.dim(i));
      boolean whole = size.dim(i) == shape.dim(i);
      if (size.dim(i) == 0 || axis.isEmpty() || (!whole && axis.size() > 1)) {
        return Optional.empty();
      }
      if (whole) {
        kept.addAll(0, axis);
      } else {
        int stride = axis.getFirst().stride;
        at += begin.get(i) * stride;
        kept.addFirst(new Run(size.dim(i), stride));
      }
    }
    return Optional.of(new StridedView(root, at, kept, size));
  }

  /** Returns the runs of each axis, as few as there can be; none where they do not make it up. */
  List<List<Run>> axes() {
    List<List<Run>> axes = new ArrayList<>();
    Deque<Run> left = new ArrayDeque<>(runs);
    for (int i = shape.rank() - 1; i >= 0; i--) {
      axes.addFirst(axis(left, shape.dim(i)));
    }
    return axes;
  }

  /** Takes the runs of an axis off the end; none if its extent is no product of them. */
  private static List<Run> axis(Deque<Run> left, int extent) {
    List<Run> axis = new ArrayList<>();
    int missing = extent;
    while (missing > 1 && !left.isEmpty()) {
      Run r = left.removeLast();
      int taken = Math.min(missing, r.steps);
      if (taken == 0 || missing % taken != 0 || r.steps % taken != 0) {
        return List.of();
      }
      if (taken < r.steps) {
        left.addLast(new Run(r.steps / taken, r.stride * taken));
      }
      missing /= taken;
      Run inner = axis.isEmpty() ? null : axis.getFirst();
      if (inner != null && r.stride == inner.stride * inner.steps) {
        axis.set(0, new Run(taken * inner.steps, inner.stride));
      } else if (taken > 1) {
        axis.addFirst(new Run(taken, r.stride));
      }
    }
    return missing != 1 ? List.of() : axis.isEmpty() ? List.of(new Run(1, 0)) : axis;
  }
}
