package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.op.Activation;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Normalization.BatchNorm;
import dev.fovea.op.Normalization.BatchNormInputGradient;
import dev.fovea.op.Normalization.BatchNormSums;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves the gradient of a ReLU behind a batch normalisation into the two ops of the normalisation's
 * own backward pass, which tell from X where it let through.
 *
 * <p>That saves writing and reading a tensor of the size of X, and the result of the ReLU need not
 * be read. Runs after {@link FuseEpilogue}, on graphs where nothing else reads the ReLU's gradient.
 */
final class FuseRectifier implements Pass {
  private static final Epilogue RELU = Epilogue.NONE.with(Activation.RELU);

  @Override
  public Graph apply(Graph graph) {
    Map<Value, Integer> fusible = new IdentityHashMap<>();
    for (Value v : graph.values()) {
      if (isBackward(v) && isRectified(v)) {
        fusible.merge(gradient(v), 1, Integer::sum);
      }
    }
    Map<Value, Integer> uses = graph.uses();
    return Rewriter.rewrite(
        graph,
        (original, current) -> {
          if (!isBackward(original)) {
            return current;
          }
          Value dy = gradient(original);
          boolean alone = uses.getOrDefault(dy, 0).equals(fusible.getOrDefault(dy, -1));
          return alone ? fused(current) : current;
        });
  }

  private static boolean isBackward(Value v) {
    return (v.op() instanceof BatchNormSums s && !s.rectified())
        || (v.op() instanceof BatchNormInputGradient g && !g.rectified());
  }

  private static float epsilon(Value backward) {
    return backward.op() instanceof BatchNormSums s
        ? s.epsilon()
        : ((BatchNormInputGradient) backward.op()).epsilon();
  }

  /** Returns the gradient dY that a backward op reads. */
  private static Value gradient(Value backward) {
    return backward.input(backward.op() instanceof BatchNormSums ? 2 : 4);
  }

  /** Returns whether dY is the gradient of a ReLU of the normalisation of the same X. */
  private static boolean isRectified(Value backward) {
    Value dy = gradient(backward);
    boolean relu = dy.op().equals(new Elementwise.ActivateGradient(Activation.RELU));
    if (!relu || !(dy.input(0).op() instanceof BatchNorm norm)) {
      return false;
    }
    Value y = dy.input(0);
    return norm.epilogue().equals(RELU)
        && norm.epsilon() == epsilon(backward)
        && y.input(0) == backward.input(0)
        && y.input(1) == backward.input(1);
  }

  private static Value fused(Value backward) {
    Value dy = gradient(backward);
    Value norm = dy.input(0);
    List<Value> inputs = new ArrayList<>(backward.inputs());
    inputs.set(inputs.indexOf(dy), dy.input(1));
    float epsilon = epsilon(backward);
    if (backward.op() instanceof BatchNormSums) {
      inputs.add(norm.input(2));
      inputs.add(norm.input(3));
      return Value.of(new BatchNormSums(epsilon, true), inputs);
    }
    inputs.add(norm.input(3));
    return Value.of(new BatchNormInputGradient(epsilon, true), inputs);
  }
}
