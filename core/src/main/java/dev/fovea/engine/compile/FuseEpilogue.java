package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Moves what follows a contraction or a batch normalisation and nothing else reads into its
 * epilogue: a bias, a residual, an activation, the limit of a clipped ReLU, the sigmoid and the
 * product of SiLU, so that the result is written once.
 */
final class FuseEpilogue implements Pass {
  @Override
  public Graph apply(Graph graph) {
    Map<Value, Integer> uses = graph.uses();
    return Rewriter.rewrite(
        graph,
        (original, current) -> {
          Value fused =
              switch (current.op()) {
                case Elementwise.Binary(BinaryFunction f) when f == BinaryFunction.ADD ->
                    addition(original, current, uses);
                case Elementwise.Binary(BinaryFunction f) when f == BinaryFunction.MULTIPLY ->
                    silu(original, current, uses);
                case Elementwise.Activate(Activation a) when single(original, 0, uses) ->
                    activation(current.input(0), a);
                case Elementwise.Binary(BinaryFunction f)
                    when f == BinaryFunction.MIN && single(original, 0, uses) ->
                    limited(current.input(0), current.input(1));
                default -> null;
              };
          return fused == null ? current : fused;
        });
  }

  private static boolean single(Value original, int input, Map<Value, Integer> uses) {
    return uses.getOrDefault(original.input(input), 0) == 1;
  }

  private static @Nullable Value addition(Value original, Value current, Map<Value, Integer> uses) {
    for (int side = 1; side >= 0; side--) {
      if (single(original, side, uses)) {
        Value fused = added(current.input(side), current.input(1 - side));
        if (fused != null) {
          return fused;
        }
      }
    }
    return null;
  }

  private static @Nullable Value added(Value contraction, Value term) {
    Epilogue e = epilogue(contraction.op());
    boolean shifts = contraction.op() instanceof Normalization.BatchNorm;
    if (e == null || !e.activation().equals(Activation.IDENTITY) || e.residual()) {
      return null;
    }
    if (!shifts && !e.bias() && term.shape().equals(Shape.of(contraction.shape().dim(-1)))) {
      return with(contraction, e.withBias(), term);
    }
    return term.shape().equals(contraction.shape())
        ? with(contraction, e.withResidual(), term)
        : null;
  }

  private static @Nullable Value activation(Value contraction, Activation activation) {
    Epilogue e = epilogue(contraction.op());
    return e == null || !e.activation().equals(Activation.IDENTITY)
        ? null
        : with(contraction, e.with(activation), null);
  }

  /** Makes of a ReLU that a positive number limits a clipped ReLU. */
  private static @Nullable Value limited(Value contraction, Value limit) {
    Epilogue e = epilogue(contraction.op());
    if (e == null
        || !e.activation().equals(Activation.RELU)
        || !(limit.op() instanceof Source.Constant c)
        || limit.shape().rank() != 0) {
      return null;
    }
    float most = c.tensor().item();
    return most > 0 && most < Float.POSITIVE_INFINITY
        ? with(contraction, e.with(Activation.clippedRelu(most)), null)
        : null;
  }

  /** Makes SiLU of a product of a result and its sigmoid, if nothing else reads either. */
  private static @Nullable Value silu(Value original, Value current, Map<Value, Integer> uses) {
    for (int side = 0; side < 2; side++) {
      Value gate = current.input(side);
      Value sum = current.input(1 - side);
      Epilogue e = epilogue(sum.op());
      if (e != null
          && e.activation().equals(Activation.IDENTITY)
          && gate.op().equals(new Elementwise.Activate(Activation.SIGMOID))
          && gate.input(0) == sum
          && single(original, side, uses)
          && uses.getOrDefault(original.input(1 - side), 0) == 2) {
        return with(sum, e.withSilu(), null);
      }
    }
    return null;
  }

  private static @Nullable Epilogue epilogue(Op op) {
    return switch (op) {
      case Contraction.Conv2d c -> c.epilogue();
      case Contraction.MatMul m -> m.epilogue();
      case Normalization.BatchNorm n -> n.epilogue();
      default -> null;
    };
  }

  private static Value with(Value contraction, Epilogue e, @Nullable Value term) {
    List<Value> inputs = new ArrayList<>(contraction.inputs());
    if (term != null) {
      inputs.add(term);
    }
    Op op =
        switch (contraction.op()) {
          case Contraction.Conv2d c ->
              new Contraction.Conv2d(c.window(), c.groups(), e, c.layout());
          case Contraction.MatMul m ->
              new Contraction.MatMul(m.transposeA(), m.transposeB(), e, m.layout());
          case Normalization.BatchNorm n -> new Normalization.BatchNorm(n.epsilon(), e);
          default -> throw new IllegalStateException("no epilogue in " + contraction.op());
        };
    return Value.of(op, inputs);
  }
}
