package dev.fovea.compile;

import dev.fovea.graph.Graph;
import dev.fovea.graph.Rewriter;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Movement;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies parameters that a contraction reads as its images into working memory.
 *
 * <p>Convolutions find the zeros of their padding at the beginning of the array that holds their
 * images; the parameters' array has none there.
 */
final class CopyIn implements Pass {
  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(
        graph,
        (original, current) -> {
          if (!(current.op() instanceof Contraction) || !isParameter(current.input(0))) {
            return current;
          }
          List<Value> inputs = new ArrayList<>(current.inputs());
          inputs.set(0, current.input(0).activate(Activation.IDENTITY));
          return Value.of(current.op(), inputs);
        });
  }

  private static boolean isParameter(Value v) {
    return switch (v.op()) {
      case Source.Parameter p -> true;
      case Movement.Reshape r -> isParameter(v.input(0));
      case Movement.Slice s -> isParameter(v.input(0));
      default -> false;
    };
  }
}
