package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.op.Scan;
import dev.fovea.op.ScanBuilder;
import dev.fovea.op.Value;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Applies passes to the step of each scan, and takes what is then the same in all steps, such as
 * packed weights, out of it.
 */
final class OptimizeBodies implements Pass {
  private final UnaryOperator<Graph> passes;

  OptimizeBodies(UnaryOperator<Graph> passes) {
    this.passes = passes;
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(
        graph, (original, current) -> current.op() instanceof Scan s ? apply(s, current) : current);
  }

  private Value apply(Scan scan, Value v) {
    Graph step = passes.apply(Graph.of(scan.body().inputs(), scan.body().results()));
    ScanBuilder builder = ScanBuilder.like(scan, v.inputs(), true);
    for (int i = 0; i < scan.carries(); i++) {
      builder.carry(scan.body().inputs().get(i), v.input(i));
    }
    List<Value> results = step.results();
    return builder.build(
        results.subList(0, scan.carries()), results.subList(scan.carries(), results.size()));
  }
}
