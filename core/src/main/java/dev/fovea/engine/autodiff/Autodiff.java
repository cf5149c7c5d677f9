package dev.fovea.engine.autodiff;

import dev.fovea.op.GradientRule;
import dev.fovea.op.Paths;
import dev.fovea.op.Pullback;
import dev.fovea.op.Value;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation of a graph into a graph.
 *
 * <p>The gradients are ordinary values: they can be differentiated again, and passes treat them
 * like any others.
 */
public final class Autodiff {
  private Autodiff() {}

  /**
   * Returns the gradient of a scalar with respect to each of some values, in their order.
   *
   * @param scalar the value to differentiate, of one element
   * @param wrt the values to differentiate by
   * @param paths gives each new value the layer path of the value whose gradient rule made it
   * @return one value per entry of {@code wrt}, of its shape; zeros where nothing flows
   * @throws IllegalArgumentException if {@code scalar} has more than one element
   */
  public static List<Value> gradients(Value scalar, List<Value> wrt, Paths paths) {
    return gradients(scalar, wrt, paths, GradientRule.EXACT);
  }

  /** Returns what {@link #gradients(Value, List, Paths)} does, by another rule for each op. */
  public static List<Value> gradients(
      Value scalar, List<Value> wrt, Paths paths, GradientRule rule) {
    if (scalar.shape().elements() != 1) {
      throw new IllegalArgumentException("only a scalar can be differentiated, not " + scalar);
    }
    Value one = Value.constant(Tensor.full(scalar.shape(), 1));
    List<@Nullable Value> gradients =
        Pullback.of(
            List.of(scalar),
            List.of(one),
            wrt,
            rule,
            (gradient, of) -> paths.label(gradient, paths.of(of)));
    List<Value> result = new ArrayList<>();
    for (int i = 0; i < wrt.size(); i++) {
      Value g = gradients.get(i);
      result.add(g != null ? g : Value.constant(0).broadcastTo(wrt.get(i).shape()));
    }
    return result;
  }
}
