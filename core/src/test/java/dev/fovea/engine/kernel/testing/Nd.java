package dev.fovea.engine.kernel.testing;

import dev.fovea.tensor.Shape;
import java.util.function.Consumer;

/** A tensor of doubles, addressed by index. */
@SuppressWarnings("ArrayRecordComponent") // compared by identity on purpose, never used as a key
record Nd(Shape shape, double[] data) {

  static Nd zeros(Shape shape) {
    return new Nd(shape, new double[shape.elements()]);
  }

  /** Calls {@code body} with each index of a shape; the array is reused from call to call. */
  static void each(Shape shape, Consumer<int[]> body) {
    int[] index = new int[shape.rank()];
    for (int i = 0; i < shape.elements(); i++) {
      int rest = i;
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        index[axis] = rest % shape.dim(axis);
        rest /= shape.dim(axis);
      }
      body.accept(index);
    }
  }

  int flat(int... index) {
    int at = 0;
    for (int i = 0; i < index.length; i++) {
      if (index[i] < 0 || index[i] >= shape.dim(i)) {
        throw new IndexOutOfBoundsException("axis " + i + " at " + index[i] + " of " + shape);
      }
      at = at * shape.dim(i) + index[i];
    }
    return at;
  }

  double get(int... index) {
    return data[flat(index)];
  }

  void set(double value, int... index) {
    data[flat(index)] = value;
  }

  void add(double value, int... index) {
    data[flat(index)] += value;
  }

  /** Returns the place of an element of a tensor of rank 4, unchecked: for the long loops. */
  int at4(int a, int b, int c, int d) {
    return ((a * shape.dim(1) + b) * shape.dim(2) + c) * shape.dim(3) + d;
  }

  /** Returns the element that an index of a broader shape reads when this is broadcast to it. */
  double broadcast(int[] index) {
    int[] own = new int[shape.rank()];
    int extra = index.length - own.length;
    for (int i = 0; i < own.length; i++) {
      own[i] = shape.dim(i) == 1 ? 0 : index[i + extra];
    }
    return get(own);
  }
}
