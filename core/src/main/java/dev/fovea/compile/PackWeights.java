package dev.fovea.compile;

import dev.fovea.graph.Graph;
import dev.fovea.graph.Rewriter;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.op.Contraction;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    return Rewriter.rewrite(
        graph,
        (original, current) -> {
          boolean takesWeights =
              current.op() instanceof Contraction
                  && !(current.op() instanceof Contraction.ConvWeightGradient);
          return takesWeights ? packed(current) : current;
        });
  }

  private Value packed(Value v) {
    List<Shape> shapes = v.inputs().stream().map(Value::shape).toList();
    Optional<Shape> wanted = provider.packed(v.op(), shapes, v.shape(), fixed);
    if (wanted.isEmpty()) {
      return v;
    }
    Shape plain = v.input(1).shape();
    List<Value> inputs = new ArrayList<>(v.inputs());
    inputs.set(1, Value.of(new Movement.Pack(bare(v.op()), plain, wanted.get()), v.input(1)));
    return Value.of(from(v.op(), plain), inputs);
  }

  /** Returns the op without epilogue, so that ops that differ in it alone share their weights. */
  private static Op bare(Op op) {
    return switch (op) {
      case Contraction.MatMul m -> new Contraction.MatMul(m.transposeA(), m.transposeB());
      case Contraction.Conv2d c -> new Contraction.Conv2d(c.window(), c.groups());
      default -> op;
    };
  }

  private static Op from(Op op, Shape plain) {
    Optional<Shape> from = Optional.of(plain);
    return switch (op) {
      case Contraction.MatMul m ->
          new Contraction.MatMul(m.transposeA(), m.transposeB(), m.epilogue(), from);
      case Contraction.Conv2d c ->
          new Contraction.Conv2d(c.window(), c.groups(), c.epilogue(), from);
      case Contraction.ConvTranspose2d t ->
          new Contraction.ConvTranspose2d(t.window(), t.groups(), t.height(), t.width(), from);
      default -> throw new IllegalStateException("nothing to pack in " + op);
    };
  }
}
