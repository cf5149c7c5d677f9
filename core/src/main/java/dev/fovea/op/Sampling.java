package dev.fovea.op;

import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An op that makes each place of its result of few places of its input, known or looked up. */
public sealed interface Sampling extends Op {

  /**
   * A sparse linear map along one axis: upsampling, resizing, adaptive pooling.
   *
   * @param axis the axis
   * @param taps what each place of the result is made of
   */
  record Resample(int axis, Taps taps) implements Sampling {
    @Override
    public String name() {
      return "resample";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Shape in = inputs.get(0);
      Rules.check(axis >= 0 && axis < in.rank(), this, "there is no axis " + axis, inputs);
      Rules.check(
          in.dim(axis) == taps.inputs(),
          this,
          "axis " + axis + " must have extent " + taps.inputs(),
          inputs);
      return in.withDim(axis, taps.outputs());
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(Value.of(new Resample(axis, taps.transposed()), dy));
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      return 2L * output.elements() / Math.max(1, taps.outputs()) * taps.size();
    }
  }

  /**
   * Rows of a table by their numbers: (table [rows, D], numbers [..]) ↦ [.., D].
   *
   * <p>A number outside 0 … rows−1 gives a row of zeros. No gradient flows to the numbers.
   */
  record Gather() implements Sampling {
    @Override
    public String name() {
      return "gather";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.rank(this, inputs, 0, 2, "rows, D");
      int[] numbers = inputs.get(1).dims();
      int[] out = Arrays.copyOf(numbers, numbers.length + 1);
      out[numbers.length] = inputs.get(0).dim(1);
      return Shape.of(out);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      int rows = y.input(0).shape().dim(0);
      return Gradients.of(Value.of(new ScatterAdd(rows), y.input(1), dy), null);
    }
  }

  /**
   * The transpose of {@link Gather}: (numbers [..], X [.., D]) ↦ [rows, D], each row the sum of the
   * rows of X that bear its number.
   *
   * @param rows the number of rows of the result
   */
  record ScatterAdd(int rows) implements Sampling {
    @Override
    public String name() {
      return "scatter_add";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Shape numbers = inputs.get(0);
      Shape x = inputs.get(1);
      boolean agree =
          x.rank() == numbers.rank() + 1
              && Arrays.equals(Arrays.copyOf(x.dims(), numbers.rank()), numbers.dims());
      Rules.check(agree, this, "needs numbers [..] and X [.., D]", inputs);
      return Shape.of(rows, x.dim(-1));
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(null, Value.of(new Gather(), dy, y.input(0)));
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      return inputs.get(1).elements();
    }
  }
}
