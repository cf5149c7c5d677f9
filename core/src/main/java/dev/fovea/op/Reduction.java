package dev.fovea.op;

import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reduces some axes to extent 1 by a sum or a maximum.
 *
 * @param kind sum or maximum
 * @param axes the reduced axes, ascending, not negative
 */
public record Reduction(Kind kind, Ints axes) implements Op {
  /** What is made of the elements. */
  public enum Kind {
    /** Their sum. */
    SUM,
    /** The largest; its gradient is shared equally among equal ones. */
    MAX
  }

  @Override
  public String name() {
    return "reduce_" + kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Rules.count(this, inputs, 1);
    Shape out = inputs.get(0);
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i);
      Rules.check(axis >= 0 && axis < out.rank(), this, "there is no axis " + axis, inputs);
      out = out.withDim(axis, 1);
    }
    return out;
  }

  @Override
  public List<@Nullable Value> gradient(Value y, Value dy) {
    Value x = y.input(0);
    if (kind == Kind.SUM) {
      return Gradients.of(dy.broadcastTo(x.shape()));
    }
    Value hits = x.with(BinaryFunction.EQUAL, y);
    return Gradients.of(hits.times(dy.over(Value.of(new Reduction(Kind.SUM, axes), hits))));
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return inputs.get(0).elements();
  }
}
