package dev.fovea.quantize;

import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.nn.Trace;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Grid;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.quantize.QuantizableGraph.Spot;
import dev.fovea.quantize.retrace.Retrace;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network of which whole numbers compute convolutions and dense layers; the rest stays as it was.
 *
 * @param model the network before
 * @param layers the weights of the layers in the {@link QuantizableGraph}, by number; those that
 *     are not here are left out
 * @param ranges what is rounded to which steps
 * @param skipped the numbers of the layers that are left out
 */
record QuantizedNetwork(
    Model model, Map<Integer, QuantizedLayer> layers, Map<Spot, Range> ranges, Set<Integer> skipped)
    implements Network {
  /** The type of what passes between layers. */
  private static final ElementType TYPE = ElementType.UINT8;

  /**
   * Real numbers from low to high in 255 steps.
   *
   * @param scale the length of a step
   * @param zero the number of the step that is 0
   */
  record Range(float scale, float zero) {
    /**
     * Returns the steps that hold all numbers between two, and 0; up to 1 if there is nothing else.
     */
    static Range of(ValueRange range) {
      return of(range.low(), range.high());
    }

    /**
     * Returns the steps that hold all numbers between two, and 0; up to 1 if there is nothing else.
     */
    static Range of(float low, float high) {
      float least = Math.min(low, 0);
      float scale = (Math.max(high, 0) - least) / (float) TYPE.greatest();
      return scale < Float.MIN_NORMAL
          ? new Range((float) (1.0 / TYPE.greatest()), 0)
          : new Range(scale, (float) Math.rint(-least / scale));
    }

    /** Returns the number of a step that is nearest to a number. */
    double nearest(double x) {
      double q = Math.clamp(Math.rint(x / scale) + zero, TYPE.least(), TYPE.greatest());
      return (q - zero) * scale;
    }

    /** Returns the numbers that are rounded and not cut off. */
    ValueRange rounded() {
      float least = (TYPE.least() - zero - 0.5f) * scale;
      return new ValueRange(least, (TYPE.greatest() - zero + 0.5f) * scale);
    }

    /** Returns the number of the least and of the greatest step. */
    ValueRange reach() {
      float least = (TYPE.least() - zero) * scale;
      return new ValueRange(least, (TYPE.greatest() - zero) * scale);
    }
  }

  @Override
  public boolean fixesBatch() {
    return model.fixesBatch();
  }

  @Override
  public List<Signal> forward(List<Signal> signals) {
    Signal first = signals.get(0);
    QuantizableGraph graph = QuantizableGraph.of(model, first.shape().dim(0), skipped);
    check(graph, first.shape().dim(0));
    Walk walk = new Walk(graph, first.trace(), signals);
    return graph.outputs().stream().map(v -> first.with(walk.real(v))).toList();
  }

  /**
   * Returns the network whose outputs are what each layer of the graph comes to, as real numbers.
   */
  Network layersOf() {
    return signals -> {
      Signal first = signals.get(0);
      QuantizableGraph graph = QuantizableGraph.of(model, first.shape().dim(0), skipped);
      Walk walk = new Walk(graph, first.trace(), signals);
      return graph.results().values().stream().map(v -> first.with(walk.real(v))).toList();
    };
  }

  /** Checks that the layers are those of the batch that was looked at. */
  private void check(QuantizableGraph graph, int batch) {
    boolean same =
        ranges.keySet().containsAll(graph.spots().keySet()) && graph.quantized() == layers.size();
    for (Map.Entry<Integer, QuantizedLayer> e : layers.entrySet()) {
      Value v = same ? graph.layers().get(e.getKey()) : null;
      same = v != null && e.getValue().bytes().shape().equals(v.input(1).shape());
    }
    if (!same) {
      throw new FoveaException(
          "quantize: the network has other layers for a batch of " + batch + " than for one of 1");
    }
  }

  /** One walk over the graph for some batch. */
  private final class Walk {
    private final QuantizableGraph graph;
    private final Trace trace;
    private final Map<Value, Value> now = new IdentityHashMap<>();
    private final Map<Value, Grid.Scaled> scaled = new IdentityHashMap<>();
    private final Map<Value, Steps> grid = new IdentityHashMap<>();

    /** Rounded numbers with what they stand for. */
    private record Steps(Value q, Value scale, Value zero) {
      Value numbers() {
        return q.minus(zero);
      }

      Value real() {
        return numbers().times(scale);
      }

      Steps with(Value other) {
        return new Steps(other, scale, zero);
      }
    }

    Walk(QuantizableGraph graph, Trace trace, List<Signal> inputs) {
      this.graph = graph;
      this.trace = trace;
      Set<Value> needed = graph.needed();
      for (Value v : graph.graph().values()) {
        if (needed.contains(v)) {
          now.put(v, replaced(v, inputs));
          Spot spot = graph.spot(v);
          place(v, spot == null ? null : ranges.get(spot));
        }
      }
    }

    Value real(Value v) {
      return Objects.requireNonNull(now.get(v));
    }

    private Value replaced(Value v, List<Signal> inputs) {
      Integer layer = graph.layer(v);
      if (layer != null) {
        return contraction(v, Objects.requireNonNull(layers.get(layer)));
      }
      Value sum = Grid.left(v, BinaryFunction.ADD);
      Grid.Scaled product = sum == null || graph.layer(sum) == null ? null : scaled.get(sum);
      if (sum != null && product != null && graph.bias(sum) != null) {
        return remembered(v, product);
      }
      return switch (v.op()) {
        case Source.Parameter p -> Retrace.parameter(model, trace, p);
        case Source.Input in -> given(in, inputs);
        default -> moved(v);
      };
    }

    private Value given(Source.Input in, List<Signal> inputs) {
      return inputs.get(in.number()).value();
    }

    /** Sums products of whole numbers, and adds the bias to them at once. */
    private Value contraction(Value v, QuantizedLayer layer) {
      Steps x = Objects.requireNonNull(grid.get(v.input(0)));
      Value weights = layer.bytes().minus(Value.constant(0));
      Value sum = Value.of(v.op(), x.numbers(), weights);
      Value all = layer.bias() == null ? sum : sum.plus(layer.bias());
      return remembered(v, new Grid.Scaled(all, layer.scale().times(x.scale())));
    }

    private Value remembered(Value v, Grid.Scaled numbers) {
      scaled.put(v, numbers);
      return numbers.real();
    }

    private Value moved(Value v) {
      Steps x = QuantizableGraph.keepsGrid(v) ? grid.get(v.input(0)) : null;
      if (x != null) {
        Steps y = x.with(Value.of(v.op(), x.q()));
        grid.put(v, y);
        return y.real();
      }
      List<Value> inputs = new ArrayList<>();
      v.inputs().forEach(in -> inputs.add(real(in)));
      return inputs.isEmpty() ? v : Value.of(v.op(), inputs);
    }

    /** Rounds a value if it is to be rounded; what reads it takes the rounded numbers. */
    private void place(Value v, @Nullable Range range) {
      if (range == null) {
        return;
      }
      Value scale = Value.constant(range.scale);
      Value zero = Value.constant(range.zero);
      // What lies below 0 is cut off at the least step, if that is 0: no rectifier is needed.
      Value before = range.zero == 0 ? QuantizableGraph.unrectified(v) : v;
      Grid.Scaled numbers = scaled.get(before);
      Value steps = numbers == null ? real(v).over(scale) : numbers.steps(scale);
      Steps y = new Steps(Grid.round(steps, zero, TYPE.least(), TYPE.greatest()), scale, zero);
      grid.put(v, y);
      now.put(v, y.real());
      trace.paths().label(y.q(), graph.graph().paths().of(v));
    }
  }
}
