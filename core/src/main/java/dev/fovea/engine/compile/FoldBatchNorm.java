package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Normalization;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Moves batch normalisation with fixed statistics into the weights and bias of the convolution (or
 * matrix product) before it.
 *
 * <p>With s = scale / √(variance + ε): norm(conv(x, w) + b) = conv(x, w · s) + (b − mean) · s +
 * shift. The new weights are values of the graph themselves; they are static and computed once.
 * Where there is no contraction to fold into, the normalisation stays.
 */
final class FoldBatchNorm implements Pass {
  @Override
  public Graph apply(Graph graph) {
    Map<Value, Integer> uses = graph.uses();
    Set<Value> fixed = StaticValues.of(graph, true);
    Set<Value> fixedNow = Collections.newSetFromMap(new IdentityHashMap<>());
    return Rewriter.rewrite(
        graph,
        (original, current) -> {
          if (fixed.contains(original)) {
            fixedNow.add(current);
          }
          boolean foldable =
              original.op() instanceof Normalization.BatchNorm
                  && fixed.contains(original.input(1))
                  && fixed.contains(original.input(2))
                  && fixed.contains(original.input(3));
          if (!foldable) {
            return current;
          }
          Value before = original.input(0);
          boolean alone = uses.getOrDefault(before, 0) == 1;
          boolean biased = before.op() instanceof Elementwise.Binary;
          boolean inner = !biased || uses.getOrDefault(before.input(0), 0) == 1;
          return fold(current, alone && inner, fixedNow);
        });
  }

  private static Value fold(Value norm, boolean alone, Set<Value> fixed) {
    Value x = norm.input(0);
    boolean biased = isBiasAdd(x, fixed);
    Value contraction = biased ? x.input(0) : x;
    if (!alone || !isPlain(contraction, fixed)) {
      return norm;
    }
    float epsilon = ((Normalization.BatchNorm) norm.op()).epsilon();
    Value deviation = norm.input(1).row(1).plus(Value.constant(epsilon)).map(UnaryFunction.SQRT);
    Value gain = norm.input(2).over(deviation);
    Value shift = norm.input(3).minus(norm.input(1).row(0).times(gain));
    Value bias = biased ? x.input(1).times(gain).plus(shift) : shift;
    return scaled(contraction, gain).plus(bias);
  }

  private static boolean isBiasAdd(Value v, Set<Value> fixed) {
    return v.op() instanceof Elementwise.Binary(BinaryFunction f)
        && f == BinaryFunction.ADD
        && fixed.contains(v.input(1))
        && v.input(1).shape().equals(Shape.of(v.shape().dim(-1)));
  }

  /** Returns whether the value is a contraction whose last weight axis is its output channels. */
  private static boolean isPlain(Value v, Set<Value> fixed) {
    return switch (v.op()) {
      case Contraction.Conv2d c -> c.epilogue().isNone() && fixed.contains(v.input(1));
      case Contraction.MatMul m ->
          m.epilogue().isNone()
              && !m.transposeB()
              && v.input(1).shape().rank() == 2
              && fixed.contains(v.input(1));
      default -> false;
    };
  }

  private static Value scaled(Value contraction, Value gain) {
    return Value.of(contraction.op(), contraction.input(0), contraction.input(1).times(gain));
  }
}
