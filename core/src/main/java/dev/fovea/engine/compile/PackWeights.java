package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.op.Contraction;
import dev.fovea.op.Layout;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Quantized;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Brings weights into the layout that the kernels want, as values of their own: static in inference
 * and so packed once, packed once per step in training.
 */
final class PackWeights implements Pass {
  private final KernelProvider provider;
  private final boolean fixed;

  /**
   * Creates the pass.
   *
   * @param fixed whether the weights stand still
   */
  PackWeights(KernelProvider provider, boolean fixed) {
    this.provider = provider;
    this.fixed = fixed;
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, (original, current) -> packed(current));
  }

  private Value packed(Value v) {
    return switch (v.op()) {
      case Contraction.ConvWeightGradient _ -> v;
      case Contraction c -> packed(v, layout -> c.with(Optional.of(layout)));
      case Quantized.Conv2d c -> packed(v, layout -> c.with(Optional.of(layout)));
      default -> v;
    };
  }

  private Value packed(Value v, Function<Layout, Op> packed) {
    Optional<Layout> wanted = provider.layout(Signature.of(v), fixed);
    if (wanted.isEmpty()) {
      return v;
    }
    List<Value> inputs = new ArrayList<>(v.inputs());
    inputs.set(1, Value.of(new Movement.Pack(bare(v.op()), wanted.get()), v.input(1)));
    return Value.of(packed.apply(wanted.get()), inputs);
  }

  /** Returns the op without epilogue, so that ops that differ in it alone share their weights. */
  private static Op bare(Op op) {
    return switch (op) {
      case Contraction.MatMul m -> new Contraction.MatMul(m.transposeA(), m.transposeB());
      case Contraction.Conv2d c -> new Contraction.Conv2d(c.window(), c.groups());
      case Quantized.Conv2d c ->
          new Quantized.Conv2d(c.window(), c.groups(), 0, Optional.empty(), Optional.empty());
      default -> op;
    };
  }
}
