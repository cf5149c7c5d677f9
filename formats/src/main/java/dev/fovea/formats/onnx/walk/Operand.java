package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * What a name of an ONNX graph stands for while the graph is turned into values: a tensor, a
 * sequence of tensors, or nothing.
 */
public sealed interface Operand {
  /**
   * Returns the type of the elements.
   *
   * @throws FormatException if this is no tensor
   */
  DataType type();

  /**
   * Returns the shape, with the axes in ONNX's order.
   *
   * @throws FormatException if this is no tensor
   */
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
    public static Held plain(Value value, DataType type) {
      return new Held(value, Index.range(value.shape().rank()), type);
    }

    @Override
    public Shape shape() {
      return Shape.of(Arrays.stream(Index.inverse(order)).map(value.shape()::dim).toArray());
    }

    /** Returns the axis of the value that is axis {@code logical} of the ONNX tensor. */
    public int axis(int logical) {
      return Index.inverse(order)[logical];
    }

    /** Returns another value in the same order. */
    public Held with(Value other) {
      return new Held(other, order, type);
    }

    /** Returns this tensor with its axes held in another order. */
    public Value in(int[] wanted) {
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

  /** Returns the complaint of an operator that needs a tensor. */
  default FormatException noTensor() {
    return new FormatException("needs a tensor, got " + this);
  }

  /**
   * Tensors one after the other, whose number is known before the run.
   *
   * @param items the tensors, or sequences again
   */
  record Sequence(List<Operand> items) implements Operand {
    /** Copies the list. */
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public DataType type() {
      throw noTensor();
    }

    @Override
    public Shape shape() {
      throw noTensor();
    }

    @Override
    public String toString() {
      return "a sequence of " + items.size();
    }
  }

  /** What an optional that is empty holds. One that is not stands for what it holds. */
  record Nothing() implements Operand {
    @Override
    public DataType type() {
      throw noTensor();
    }

    @Override
    public Shape shape() {
      throw noTensor();
    }

    @Override
    public String toString() {
      return "an optional that is empty";
    }
  }
}
