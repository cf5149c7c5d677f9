package dev.fovea.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Checks that a network which suits one sample suits batches of any size. */
final class AnyBatch {
  private AnyBatch() {}

  /**
   * Walks once more with a batch whose size is no extent of the walk for one sample: what fits
   * there fits at any size, and nothing by chance.
   */
  static void require(Network network, List<Shape> inputs, List<Value> one, Parameters parameters) {
    List<Shape> shapes = Graph.topological(one).stream().map(Value::shape).toList();
    int n = 2;
    while (hasExtent(shapes, n)) {
      n++;
    }
    int most = Integer.MAX_VALUE / n;
    if (shapes.stream().anyMatch(s -> s.elements() > most)) {
      return; // one sample alone is as much as a program can hold
    }
    Trace trace = new Trace(parameters, false, TrainingRules.NONE);
    List<Value> many = Traced.walk(network, ModelBody.samples(inputs, n), trace).outputs();
    for (int i = 0; i < one.size(); i++) {
      Shape wanted = one.get(i).shape().dropFirst().prepend(n);
      if (i >= many.size() || !many.get(i).shape().equals(wanted)) {
        throw new FoveaException(
            "model: output %s must be %s for %s samples as for one, got %s"
                .formatted(i, wanted, n, many));
      }
    }
  }

  private static boolean hasExtent(List<Shape> shapes, int n) {
    return shapes.stream().flatMapToInt(s -> Arrays.stream(s.dims())).anyMatch(d -> d == n);
  }
}
