package dev.fovea.formats.onnx;

import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** What a name of an ONNX graph stands for while the graph is turned into values. */
sealed interface Operand {
  /** Returns the type of the elements. */
  DataType type();

  /** Returns the shape, with the axes in ONNX's order. */
  Shape shape();

  /** Returns the number of axes. */
  default int rank() {
    return shape().rank();
  }

  /**
   * A tensor known before the run: a weight, a constant, or made of such.
   *
   * @param tensor its elements
   * @param name under which it becomes a parameter where it is used as a weight
   */
  record Known(HostTensor tensor, String name) implements Operand {
    @Override
    public DataType type() {
      return tensor.type();
    }

    @Override
    public Shape shape() {
      return tensor.shape();
    }
  }

  /**
   * A tensor computed in the run, held with its axes in any order: a transposition is free until
   * somebody needs another order.
   *
   * @param value the value
   * @param order axis {@code i} of the value is axis {@code order[i]} of the ONNX tensor
   * @param type the type that the elements, floats in the run, stand for
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Held(Value value, int[] order, DataType type) implements Operand {
    /** Returns a value whose axes lie in ONNX's order. */
    static Held plain(Value value, DataType type) {
      return new Held(value, Index.range(value.shape().rank()), type);
    }

    @Override
    public Shape shape() {
      return Shape.of(Arrays.stream(Index.inverse(order)).map(value.shape()::dim).toArray());
    }

    /** Returns the axis of the value that is axis {@code logical} of the ONNX tensor. */
    int axis(int logical) {
      return Index.inverse(order)[logical];
    }

    /** Returns another value in the same order. */
    Held with(Value other) {
      return new Held(other, order, type);
    }

    /** Returns this tensor with its axes held in another order. */
    Value in(int[] wanted) {
      if (Arrays.equals(wanted, order)) {
        return value;
      }
      int[] inverse = Index.inverse(order);
      int[] move = Arrays.stream(wanted).map(a -> inverse[a]).toArray();
      if (movesOnlyOnes(move)) {
        return value.reshape(Shape.of(Arrays.stream(move).map(value.shape()::dim).toArray()));
      }
      return value.transpose(move);
    }

    /** Returns whether the axes longer than 1 keep their order. */
    private boolean movesOnlyOnes(int[] move) {
      int last = -1;
      for (int a : move) {
        if (value.shape().dim(a) != 1) {
          if (a < last) {
            return false;
          }
          last = a;
        }
      }
      return true;
    }
  }
}
