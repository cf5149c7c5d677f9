package dev.fovea.insight.explain;

import dev.fovea.insight.probe.Layers;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.GradientRule;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rules by which something else than the gradient is passed back through rectifiers; all other ops
 * pass their gradient. Of a max pooling that goes to where the largest number was, the first of
 * equal ones: these are the switches of the deconvnet.
 */
public final class BackwardRules {
  /**
   * The deconvnet's (Zeiler and Fergus, 2014): R ↦ max(R, 0) at each ReLU, whatever its input was.
   */
  public static final GradientRule DECONVNET =
      (y, r) -> Layers.isRectifier(y) ? positive(r) : GradientRule.EXACT.gradient(y, r);

  /**
   * Guided backpropagation's (Springenberg et al., 2014): R ↦ R · [x &gt; 0] · [R &gt; 0] at each
   * ReLU of x.
   */
  public static final GradientRule GUIDED =
      (y, r) -> {
        List<@Nullable Value> exact = GradientRule.EXACT.gradient(y, r);
        Value passed = exact.isEmpty() ? null : exact.getFirst();
        return Layers.isRectifier(y) && passed != null ? positive(passed) : exact;
      };

  /**
   * That of rectifiers which let the way up through while all of them are shut: where no gradient
   * of a sample passes a ReLU, what would raise its input is passed, R · [R &gt; 0]. A unit that is
   * dead at the start of an activation maximisation is woken so.
   */
  public static final GradientRule REDIRECTED =
      (y, r) -> {
        List<@Nullable Value> exact = GradientRule.EXACT.gradient(y, r);
        Value passed = exact.isEmpty() ? null : exact.getFirst();
        if (!Layers.isRectifier(y) || passed == null) {
          return exact;
        }
        int[] sample = IntStream.range(1, y.shape().rank()).toArray();
        Value largest = passed.map(UnaryFunction.ABS).max(sample);
        Value shut = largest.with(BinaryFunction.EQUAL, Value.constant(0));
        return List.of(passed.plus(r.activate(Activation.RELU).times(shut)));
      };

  private BackwardRules() {}

  private static List<@Nullable Value> positive(Value r) {
    return List.of(r.activate(Activation.RELU));
  }
}
