package dev.fovea.quantize;

import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Grid;
import dev.fovea.op.Movement;
import dev.fovea.op.Pooling;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.quantize.retrace.Retrace;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network whose layers share the ranges of their weights with those that alone read them; it
 * computes the same function. See {@link QuantizationSettings#equalization}.
 *
 * @param model the network before
 * @param outputs what the output channels of a layer are multiplied by, by number
 * @param inputs what the input channels of a layer's weights are multiplied by, in their shape
 */
record Equalization(Model model, Map<Integer, Tensor> outputs, Map<Integer, Tensor> inputs)
    implements Network {
  /** Ranges have settled long before. */
  private static final int ROUNDS = 20;

  /**
   * A layer and the one that reads its result.
   *
   * @param first the number of the layer
   * @param second the number of the one that reads it
   */
  private record Pair(int first, int second) {}

  /** Returns the model with equal ranges; itself if it has no such layers. */
  static Model of(Model model) {
    QuantizableGraph graph = QuantizableGraph.of(model, 1);
    List<Pair> pairs = pairs(graph);
    if (pairs.isEmpty()) {
      return model;
    }
    Map<Value, Tensor> standing = Standing.of(model, graph);
    Map<Integer, double[]> scales = scales(graph, pairs, standing);
    Map<Integer, Tensor> outputs = new LinkedHashMap<>();
    Map<Integer, Tensor> inputs = new LinkedHashMap<>();
    for (Pair p : pairs) {
      double[] s = Objects.requireNonNull(scales.get(p.first));
      Tensor reciprocal = Tensor.zeros(Shape.of(s.length));
      for (int c = 0; c < s.length; c++) {
        reciprocal.data()[c] = (float) (1 / s[c]);
      }
      outputs.put(p.first, reciprocal);
      Value second = graph.layers().get(p.second);
      Tensor factors = Tensor.zeros(second.input(1).shape());
      for (int i = 0; i < factors.data().length; i++) {
        factors.data()[i] = (float) s[channel(second, i, s.length)];
      }
      inputs.put(p.second, factors);
    }
    Network network = new Equalization(model, outputs, inputs);
    return Retrace.built(network, model);
  }

  private static List<Pair> pairs(QuantizableGraph graph) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < graph.layers().size(); i++) {
      Value result = graph.result(graph.layers().get(i));
      @Nullable Value reader = graph.onlyUser(result);
      while (reader != null && keepsChannels(reader, result.shape().dim(-1))) {
        reader = graph.onlyUser(reader);
      }
      int second = reader == null ? -1 : graph.layers().indexOf(reader);
      if (second >= 0) {
        pairs.add(new Pair(i, second));
      }
    }
    return pairs;
  }

  /** Returns whether element i is of channel i modulo the number of channels, as before. */
  private static boolean keepsChannels(Value v, int channels) {
    return v.op() instanceof Pooling.MaxPool
        || (v.op() instanceof Movement.Reshape && v.shape().dim(-1) % channels == 0);
  }

  /** Returns s per channel of each pair's first layer. */
  private static Map<Integer, double[]> scales(
      QuantizableGraph graph, List<Pair> pairs, Map<Value, Tensor> standing) {
    Map<Integer, double[]> scales = new LinkedHashMap<>();
    for (Pair p : pairs) {
      double[] ones = new double[graph.layers().get(p.first).shape().dim(-1)];
      Arrays.fill(ones, 1);
      scales.put(p.first, ones);
    }
    Map<Integer, Integer> before = new LinkedHashMap<>();
    pairs.forEach(p -> before.put(p.second, p.first));
    for (int round = 0; round < ROUNDS; round++) {
      for (Pair p : pairs) {
        double[] s = Objects.requireNonNull(scales.get(p.first));
        double[] r1 = new double[s.length];
        double[] r2 = new double[s.length];
        Value first = graph.layers().get(p.first);
        Value second = graph.layers().get(p.second);
        double @Nullable [] read = scales.get(before.getOrDefault(p.first, -1));
        double @Nullable [] made = scales.get(p.second);
        float[] w1 = Objects.requireNonNull(standing.get(first.input(1))).data();
        float[] w2 = Objects.requireNonNull(standing.get(second.input(1))).data();
        for (int i = 0; i < w1.length; i++) {
          double x = read == null ? 1 : read[channel(first, i, read.length)];
          r1[i % s.length] = Math.max(r1[i % s.length], Math.abs(w1[i]) * x);
        }
        for (int i = 0; i < w2.length; i++) {
          double y = made == null ? 1 : made[i % made.length];
          int c = channel(second, i, s.length);
          r2[c] = Math.max(r2[c], Math.abs(w2[i]) / y);
        }
        for (int c = 0; c < s.length; c++) {
          s[c] = r1[c] > 0 && r2[c] > 0 ? Math.sqrt(r1[c] / r2[c]) : 1;
        }
      }
    }
    return scales;
  }

  /**
   * Returns the channel of the layer before that a weight is for.
   *
   * @param i the number of the weight
   * @param channels how many channels the layer before has
   */
  private static int channel(Value layer, int i, int channels) {
    Shape w = layer.input(1).shape();
    int out = w.dim(-1);
    int in = w.dim(-2);
    int groups = layer.op() instanceof Contraction.Conv2d c ? c.groups() : 1;
    int group = i % out / (out / groups);
    return (group * in + i / out % in) % channels;
  }

  @Override
  public boolean fixesBatch() {
    return model.fixesBatch();
  }

  @Override
  public List<Signal> forward(List<Signal> signals) {
    QuantizableGraph graph = QuantizableGraph.of(model, signals.get(0).shape().dim(0));
    Map<Value, Tensor> limits = limits(graph);
    Retrace retrace = new Retrace(model, signals);
    return retrace.run(graph.graph(), v -> scaled(graph, limits, v, retrace.usual(v)));
  }

  /** Returns the upper limits of rectifiers, each with what its channels are multiplied by. */
  private Map<Value, Tensor> limits(QuantizableGraph graph) {
    Map<Value, Tensor> limits = new IdentityHashMap<>();
    outputs.forEach((number, factors) -> {
      Value result = graph.result(graph.layers().get(number));
      Source.Constant limit = QuantizableGraph.limit(result);
      if (limit != null) {
        Tensor each = factors.copy();
        float[] numbers = limit.tensor().data();
        for (int c = 0; c < each.data().length; c++) {
          each.data()[c] *= numbers[c % numbers.length];
        }
        limits.put(result, each);
      }
    });
    return limits;
  }

  private Value scaled(QuantizableGraph graph, Map<Value, Tensor> limits, Value v, Value usual) {
    Tensor limit = limits.get(v);
    if (limit != null) {
      return usual.input(0).with(BinaryFunction.MIN, Value.constant(limit));
    }
    Integer layer = graph.layer(v);
    if (layer != null) {
      Value weights = times(times(usual.input(1), inputs.get(layer)), outputs.get(layer));
      return Value.of(v.op(), usual.input(0), weights);
    }
    Value sum = Grid.left(v, BinaryFunction.ADD);
    Integer biased = sum == null || graph.bias(sum) == null ? null : graph.layer(sum);
    return biased == null ? usual : usual.input(0).plus(times(usual.input(1), outputs.get(biased)));
  }

  private static Value times(Value x, @Nullable Tensor factors) {
    return factors == null ? x : x.times(Value.constant(factors));
  }
}
