package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An op that moves, repeats or drops elements and computes nothing. */
public sealed interface Movement extends Op {

  /** The same elements, row-major, in another shape. */
  record Reshape(Shape to) implements Movement {
    @Override
    public String name() {
      return "reshape";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      int have = inputs.get(0).elements();
      Rules.check(
          have == to.elements(),
          this,
          "cannot make " + to + " (" + to.elements() + " elements) of " + have + " elements",
          inputs);
      return to;
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return Rules.same(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(dy.reshape(y.input(0).shape()));
    }
  }

  /**
   * The axes in another order: axis {@code i} of the result is axis {@code order[i]} of the input.
   */
  record Transpose(Ints order) implements Movement {
    @Override
    public String name() {
      return "transpose";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Shape in = inputs.get(0);
      int[] sorted = order.toArray();
      Arrays.sort(sorted);
      boolean each = sorted.length == in.rank();
      for (int i = 0; each && i < sorted.length; i++) {
        each = sorted[i] == i;
      }
      Rules.check(each, this, "order " + order + " must name each axis once", inputs);
      return Shape.of(Arrays.stream(order.toArray()).map(in::dim).toArray());
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return Rules.same(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      int[] inverse = new int[order.size()];
      for (int i = 0; i < inverse.length; i++) {
        inverse[order.get(i)] = i;
      }
      return Gradients.of(dy.transpose(inverse));
    }
  }

  /** The box that begins at {@code begin} and has the extents {@code size}. */
  record Slice(Ints begin, Shape size) implements Movement {
    @Override
    public String name() {
      return "slice";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Shape in = inputs.get(0);
      boolean fits = begin.size() == in.rank() && size.rank() == in.rank();
      for (int i = 0; fits && i < in.rank(); i++) {
        fits = begin.get(i) >= 0 && (long) begin.get(i) + size.dim(i) <= in.dim(i);
      }
      Rules.check(fits, this, "begin " + begin + " with size " + size + " does not fit", inputs);
      return size;
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return Rules.same(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      Shape in = y.input(0).shape();
      int[] after = new int[in.rank()];
      for (int i = 0; i < after.length; i++) {
        after[i] = in.dim(i) - begin.get(i) - size.dim(i);
      }
      return Gradients.of(Value.of(new Pad(begin, Ints.of(after), 0), dy));
    }
  }

  /** The input with {@code value} written {@code before} and {@code after} it, per axis. */
  record Pad(Ints before, Ints after, float value) implements Movement {
    @Override
    public String name() {
      return "pad";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Shape out = inputs.get(0);
      boolean fits = before.size() == out.rank() && after.size() == out.rank();
      for (int i = 0; fits && i < out.rank(); i++) {
        fits = before.get(i) >= 0 && after.get(i) >= 0;
      }
      Rules.check(fits, this, "needs one number ≥ 0 before and after each axis", inputs);
      for (int i = 0; i < out.rank(); i++) {
        out = out.withDim(i, out.dim(i) + before.get(i) + after.get(i));
      }
      return out;
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(dy.slice(before.toArray(), y.input(0).shape()));
    }
  }

  /** The inputs one after the other along an axis. */
  record Concat(int axis) implements Movement {
    @Override
    public String name() {
      return "concat";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.check(!inputs.isEmpty(), this, "needs at least one input", inputs);
      Shape first = inputs.get(0);
      Rules.check(axis >= 0 && axis < first.rank(), this, "there is no axis " + axis, inputs);
      int total = 0;
      for (Shape s : inputs) {
        Rules.check(
            s.rank() == first.rank() && s.withDim(axis, 0).equals(first.withDim(axis, 0)),
            this,
            "all axes but axis " + axis + " must agree",
            inputs);
        total += s.dim(axis);
      }
      return first.withDim(axis, total);
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return Rules.same(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      List<@Nullable Value> parts = new ArrayList<>();
      int at = 0;
      for (Value x : y.inputs()) {
        parts.add(dy.slice(axis, at, x.shape().dim(axis)));
        at += x.shape().dim(axis);
      }
      return parts;
    }
  }

  /**
   * Weights in the layout that a kernel provider wants them in for {@code consumer}, inserted by a
   * pass.
   *
   * <p>No gradient flows, since packing comes after differentiation.
   */
  record Pack(Op consumer, Layout layout) implements Movement {
    @Override
    public String name() {
      return "pack";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Shape plain = layout.plain();
      Rules.check(inputs.get(0).equals(plain), this, "packs weights of " + plain, inputs);
      return layout.shape();
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return Rules.same(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.none(y);
    }
  }

  /** The input repeated along axes of extent 1, and along new outer axes, up to a shape. */
  record Broadcast(Shape to) implements Movement {
    @Override
    public String name() {
      return "broadcast";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      boolean fits;
      try {
        fits = Shape.broadcast(inputs.get(0), to).equals(to);
      } catch (FoveaException e) {
        fits = false;
      }
      Rules.check(fits, this, "cannot be broadcast to " + to, inputs);
      return to;
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return Rules.same(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(dy.sumTo(y.input(0).shape()));
    }
  }

  /**
   * Class indices as rows with a single 1: [N] ↦ [N, classes].
   *
   * <p>An index outside 0 … classes−1 gives a row of zeros. No gradient flows.
   */
  record OneHot(int classes) implements Movement {
    @Override
    public String name() {
      return "one_hot";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      int[] in = inputs.get(0).dims();
      int[] out = Arrays.copyOf(in, in.length + 1);
      out[in.length] = classes;
      return Shape.of(out);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.none(y);
    }
  }
}
