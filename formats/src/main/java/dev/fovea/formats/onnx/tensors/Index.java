package dev.fovea.formats.onnx.tensors;

import dev.fovea.formats.FormatException;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Arithmetic of axes and row-major indices. */
public final class Index {
  private Index() {}

  /** Returns an axis counted from the start. */
  public static int axis(long axis, int rank) {
    long a = axis < 0 ? axis + rank : axis;
    if (a < 0 || a >= Math.max(rank, 1)) {
      throw new FormatException("there is no axis " + axis + " among " + rank);
    }
    return (int) a;
  }

  /** Returns axes counted from the start, ascending. */
  public static int[] axes(int[] axes, int rank) {
    int[] sorted = Arrays.stream(axes).map(a -> axis(a, rank)).sorted().distinct().toArray();
    if (sorted.length != axes.length) {
      throw new FormatException("axes " + Arrays.toString(axes) + " name one twice");
    }
    return sorted;
  }

  /** Returns 0, 1, …, n − 1. */
  public static int[] range(int n) {
    int[] r = new int[n];
    Arrays.setAll(r, i -> i);
    return r;
  }

  /** Returns, per element of {@code to}, the element of {@code from} that is repeated there. */
  static int[] broadcast(Shape from, Shape to) {
    if (!Shape.broadcast(from, to).equals(to)) {
      throw new FormatException(from + " cannot be broadcast to " + to);
    }
    int[] strides = from.strides();
    int[] steps = new int[to.rank()];
    int lead = to.rank() - from.rank();
    for (int a = lead; a < steps.length; a++) {
      steps[a] = from.dim(a - lead) == 1 ? 0 : strides[a - lead];
    }
    return walk(to, steps, 0);
  }

  /** Returns, per element of a shape, {@code first} plus its index times the steps of each axis. */
  public static int[] walk(Shape shape, int[] steps, int first) {
    int[] index = new int[HostTensor.bounded(shape).elements()];
    if (index.length == 0) {
      return index;
    }
    index[0] = first;
    int filled = 1;
    for (int a = shape.rank() - 1; a >= 0; a--) {
      int block = filled;
      for (int i = 1; i < shape.dim(a); i++) {
        for (int j = 0; j < block; j++) {
          index[filled++] = index[j] + i * steps[a];
        }
      }
    }
    return index;
  }

  /** Returns the product of the extents of axes from (included) to (excluded). */
  public static int product(Shape shape, int from, int to) {
    int p = 1;
    for (int a = from; a < to; a++) {
      p *= shape.dim(a);
    }
    return p;
  }

  /** Returns a row-major index as one number per axis. */
  public static int[] split(Shape shape, int flat) {
    int[] at = new int[shape.rank()];
    int rest = flat;
    for (int a = at.length - 1; a >= 0; a--) {
      at[a] = rest % shape.dim(a);
      rest /= shape.dim(a);
    }
    return at;
  }

  /** Returns a shape without some axes, which must be ascending. */
  public static Shape without(Shape shape, int[] axes) {
    return Shape.of(
        Arrays.stream(range(shape.rank()))
            .filter(a -> Arrays.binarySearch(axes, a) < 0)
            .map(shape::dim)
            .toArray());
  }

  /** Returns a shape with extents of 1 at some axes of the result. */
  public static Shape with(Shape shape, int[] axes) {
    int[] dims = new int[shape.rank() + axes.length];
    int[] sorted = axes(axes, dims.length);
    int next = 0;
    for (int a = 0; a < dims.length; a++) {
      dims[a] = Arrays.binarySearch(sorted, a) >= 0 ? 1 : shape.dim(next++);
    }
    return Shape.of(dims);
  }

  /** Returns the inverse of a permutation. */
  public static int[] inverse(int[] order) {
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    return inverse;
  }
}
