package dev.fovea.quantize;

import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.nn.Trace;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.quantize.QuantizableGraph.Spot;
import dev.fovea.quantize.retrace.Retrace;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A network of real numbers that rounds weights and what passes between layers as the network of 8
 * bits will. In training the ranges follow what batches give; they are states.
 *
 * <p>In training batch norms stay where they are and weights are rounded without them. With a scale
 * per output channel that is the same as rounding the weights with the norm in them: a norm
 * multiplies a channel's weights by one number, and its scale as well.
 *
 * @param plain the network without rounding
 * @param first the ranges at the beginning
 * @param skipped the numbers of the layers that are left out
 */
record RoundedNetwork(Model plain, Map<Spot, ValueRange> first, Set<Integer> skipped)
    implements Network {
  /** How far a range moves towards that of a batch at each step. */
  private static final float MOMENTUM = 0.01f;

  @Override
  public boolean fixesBatch() {
    return plain.fixesBatch();
  }

  /** Returns the name of the state that holds an end of a range. */
  static String state(Spot spot, String end) {
    return "rounding.%s.%s.%s".formatted(spot.layer(), spot.result() ? "result" : "input", end);
  }

  @Override
  public List<Signal> forward(List<Signal> inputs) {
    Retrace retrace = new Retrace(plain, inputs);
    int batch = inputs.get(0).shape().dim(0);
    Trace trace = inputs.get(0).trace();
    if (!trace.training()) {
      QuantizableGraph graph = QuantizableGraph.of(plain, batch, skipped);
      return retrace.run(graph.graph(), v -> rounded(graph, retrace, trace, v));
    }
    Traced traced = plain.tracedAs(trace, batch);
    QuantizableGraph graph = QuantizableGraph.inTraining(traced, skipped);
    requireSame(graph);
    return retrace.run(traced, v -> rounded(graph, retrace, trace, v));
  }

  private void requireSame(QuantizableGraph graph) {
    if (!graph.spots().keySet().equals(first.keySet())) {
      throw new FoveaException(
          "quantize: the network has other layers in training than in inference, such as auxiliary"
              + " classifiers or dropout before an activation; it cannot be trained with rounding");
    }
  }

  private Value rounded(QuantizableGraph graph, Retrace retrace, Trace trace, Value v) {
    Value y = retrace.usual(v);
    if (graph.layer(v) != null) {
      y = Value.of(v.op(), y.input(0), FakeRounding.weights(y.input(1)));
    }
    Spot spot = graph.spot(v);
    return spot == null ? y : between(trace, spot, y);
  }

  private Value between(Trace trace, Spot spot, Value x) {
    ValueRange range = Objects.requireNonNull(first.get(spot));
    Value low = end(trace, state(spot, "low"), range.low());
    Value high = end(trace, state(spot, "high"), range.high());
    if (trace.training()) {
      follow(trace, state(spot, "low"), low, greatest(x.times(-1)).times(-1));
      follow(trace, state(spot, "high"), high, greatest(x));
    }
    return FakeRounding.between(x, low, high);
  }

  private static Value end(Trace trace, String name, float first) {
    return trace.state(name, Shape.of(1), Retrace.values(Tensor.of(Shape.of(1), first)));
  }

  private static Value greatest(Value x) {
    int n = x.shape().elements();
    return x.reshape(Shape.of(n)).max(0).reshape(Shape.of(1));
  }

  private static void follow(Trace trace, String name, Value before, Value now) {
    trace.update(name, before.times(1 - MOMENTUM).plus(now.times(MOMENTUM)));
  }
}
