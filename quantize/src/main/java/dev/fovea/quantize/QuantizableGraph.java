package dev.fovea.quantize;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.Device;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Grid;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model in inference, with batch norms in the weights before them, and what of it whole numbers
 * can compute. Its layers have the same numbers whatever the batch.
 */
final class QuantizableGraph {
  /** What the names of layers' weights end in. */
  private static final String WEIGHT = ".weight";

  private final Graph graph;
  private final List<Value> outputs;
  private final Map<Value, List<Value>> users = new IdentityHashMap<>();
  private final Set<Value> fixed = identity();
  private final List<Value> layers = new ArrayList<>();
  private final Map<Value, Integer> numbers = new IdentityHashMap<>();
  private final Map<Spot, Value> spots = new LinkedHashMap<>();
  private final Map<Value, Spot> spotOf = new IdentityHashMap<>();
  private final Set<Integer> skipped;
  private int kept;

  /**
   * Where a value is rounded: the name of one value in the graphs of all batches.
   *
   * @param layer the number of a convolution or product, in the order of computation
   * @param result whether it is what that layer makes, rather than what it reads
   */
  record Spot(int layer, boolean result) {}

  private QuantizableGraph(Graph graph, List<Value> outputs, Set<Integer> skipped) {
    this.graph = graph;
    this.outputs = outputs;
    this.skipped = skipped;
    for (Value v : graph.values()) {
      v.inputs().forEach(in -> users.computeIfAbsent(in, _ -> new ArrayList<>()).add(v));
      boolean computed = !v.inputs().isEmpty() && fixed.containsAll(v.inputs());
      if (computed || isStanding(v)) {
        fixed.add(v);
      }
    }
    for (Value v : graph.values()) {
      if (v.op() instanceof Contraction && !fixed.contains(v)) {
        kept += isQuantizable(v) ? 0 : 1;
        if (isQuantizable(v)) {
          numbers.put(v, layers.size());
          layers.add(v);
        }
      }
    }
    findGrid();
  }

  /** Returns the graph in which whole numbers compute all that they can. */
  static QuantizableGraph of(Model model, int batch) {
    return of(model, batch, Set.of());
  }

  /** Returns the graph in which some layers, told by their numbers, are left as they are. */
  static QuantizableGraph of(Model model, int batch, Set<Integer> skipped) {
    Traced t = model.trace(batch, false);
    Graph graph = Graph.of(t.inputs(), t.outputs(), t.paths());
    Graph folded = model.engine().unwrap(Device.class).compiler().folded(graph);
    return new QuantizableGraph(folded, folded.results(), skipped);
  }

  /** Returns the graph of a model in training, in which batch norms are where they were. */
  static QuantizableGraph inTraining(Traced traced, Set<Integer> skipped) {
    Graph graph = Graph.of(traced.inputs(), traced.outputs(), traced.paths());
    return new QuantizableGraph(graph, graph.results(), skipped);
  }

  private static Set<Value> identity() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static boolean isStanding(Value v) {
    return v.op() instanceof Source.Parameter
        || v.op() instanceof Source.Constant
        || v.op() instanceof Source.Bytes;
  }

  private boolean isQuantizable(Value v) {
    boolean known =
        switch (v.op()) {
          case Contraction.Conv2d _ -> true;
          case Contraction.MatMul m ->
              !m.transposeA()
                  && !m.transposeB()
                  && v.input(0).shape().rank() == 2
                  && v.input(1).shape().rank() == 2;
          default -> false;
        };
    return known && fixed.contains(v.input(1)) && !fixed.contains(v.input(0));
  }

  /**
   * Finds what is to be rounded: what a contraction reads, and what one makes that another one
   * depends on. The last layers' results stay real. Names are those that there are with no layer
   * left out.
   */
  private void findGrid() {
    Map<Value, Spot> named = new IdentityHashMap<>();
    spots(Set.of()).forEach(named::putIfAbsent);
    spots(skipped)
        .keySet()
        .forEach(v -> {
          Spot spot = Objects.requireNonNull(named.get(v));
          spotOf.put(v, spot);
          spots.put(spot, v);
        });
  }

  private Map<Value, Spot> spots(Set<Integer> leftOut) {
    Map<Value, Spot> found = new LinkedHashMap<>();
    Set<Value> feeding = identity();
    for (Value v : graph.values().reversed()) {
      Integer number = numbers.get(v);
      if ((number != null && !leftOut.contains(number)) || feeding.contains(v)) {
        feeding.addAll(v.inputs());
      }
    }
    for (int i = 0; i < layers.size(); i++) {
      if (!leftOut.contains(i)) {
        Value v = layers.get(i);
        found.putIfAbsent(base(v.input(0)), new Spot(i, false));
        if (feeding.contains(v)) {
          found.putIfAbsent(result(v), new Spot(i, true));
        }
      }
    }
    return found;
  }

  /**
   * Returns what a value is made of by moving elements, taking the largest, or dropout in training,
   * alone.
   */
  Value base(Value v) {
    Value x = v;
    while ((keepsGrid(x) || isDropout(x)) && !fixed.contains(x.input(0))) {
      x = x.input(0);
    }
    return x;
  }

  /** Returns whether a value is another one times a random mask. */
  private static boolean isDropout(Value v) {
    return Grid.left(v, BinaryFunction.MULTIPLY) != null
        && v.input(1).op() instanceof Source.RandomMask;
  }

  /** Returns what each layer comes to, by its path. */
  Map<String, Value> results() {
    Set<Value> needed = needed();
    Map<String, Value> results = new LinkedHashMap<>();
    for (Value v : graph.values()) {
      String path = graph.paths().of(v);
      if (needed.contains(v)
          && !fixed.contains(v)
          && !path.isEmpty()
          && !(v.op() instanceof Source)) {
        results.put(path, biased(v)); // the last of a layer's values is its result
      }
    }
    return results;
  }

  /** Returns whether an op gives the same whole numbers for whole numbers. */
  static boolean keepsGrid(Value v) {
    return v.op() instanceof Movement.Reshape
        || v.op() instanceof Movement.Transpose
        || v.op() instanceof Movement.Slice
        || v.op() instanceof Pooling.MaxPool;
  }

  /** Returns the bias that is added to a contraction and to it alone, or null. */
  @Nullable Value bias(Value contraction) {
    Value sum = onlyUser(contraction);
    return sum != null
            && contraction.equals(Grid.left(sum, BinaryFunction.ADD))
            && fixed.contains(sum.input(1))
            && sum.input(1).shape().equals(Shape.of(sum.shape().dim(-1)))
        ? sum.input(1)
        : null;
  }

  /** Returns the only value that reads another one, null if there are several or an output is. */
  @Nullable Value onlyUser(Value v) {
    List<Value> all = users.getOrDefault(v, List.of());
    return all.size() == 1 && !outputs.contains(v) ? all.get(0) : null;
  }

  /** Returns what a contraction comes to with its bias; other values are what they are. */
  private Value biased(Value v) {
    return numbers.containsKey(v) && bias(v) != null ? users.getOrDefault(v, List.of()).get(0) : v;
  }

  /** Returns what a value comes to with the batch norm that alone reads it, if one does. */
  private Value normed(Value v) {
    List<Value> all = users.getOrDefault(v, List.of());
    boolean alone =
        !outputs.contains(v)
            && all.stream()
                .allMatch(u ->
                    u.op() instanceof Normalization.BatchMoments
                        || u.op() instanceof Normalization.BatchNorm);
    return all.stream()
        .filter(u -> alone && u.op() instanceof Normalization.BatchNorm)
        .findFirst()
        .orElse(v);
  }

  /** Returns what a contraction comes to with its bias, batch norm and a rectifier behind it. */
  Value result(Value contraction) {
    Value v = normed(biased(contraction));
    for (int i = 0; i < 2; i++) {
      Value next = onlyUser(v);
      v = next != null && isRectifier(next) ? next : v;
    }
    return v;
  }

  /**
   * Returns what comes before a rectifier, which may be limited by one number; the value itself if
   * none is.
   */
  static Value unrectified(Value v) {
    Source.Constant limit = limit(v);
    Value x = limit != null && limit.tensor().data().length == 1 ? v.input(0) : v;
    return isRelu(x) ? x.input(0) : v;
  }

  /** Returns whether a value is a rectifier of another one, which may be limited. */
  private static boolean isRectifier(Value v) {
    return isRelu(limit(v) == null ? v : v.input(0));
  }

  /** Returns the last step of what a layer makes: its sums, a rectifier of them, or its limit. */
  static String stage(Value result) {
    return !isRectifier(result) ? "result" : isRelu(result) ? "rectified" : "limited";
  }

  private static boolean isRelu(Value v) {
    return v.op() instanceof Elementwise.Activate(Activation a) && a.kind() == Activation.Kind.RELU;
  }

  /** Returns the upper limit of a value, one number or one per channel; null if it has none. */
  static Source.@Nullable Constant limit(Value v) {
    return Grid.left(v, BinaryFunction.MIN) != null
            && v.input(1).op() instanceof Source.Constant c
            && (c.tensor().data().length == 1
                || c.tensor().shape().equals(Shape.of(v.shape().dim(-1))))
        ? c
        : null;
  }

  Graph graph() {
    return graph;
  }

  List<Value> outputs() {
    return outputs;
  }

  /** Returns whether nothing that comes in changes a value. */
  boolean isFixed(Value v) {
    return fixed.contains(v);
  }

  /** Returns the number of the layer that computes a value by whole numbers; null if none does. */
  @Nullable Integer layer(Value v) {
    Integer number = numbers.get(v);
    return number == null || skipped.contains(number) ? null : number;
  }

  /** Returns the values that whole numbers can compute, by number; some may be left out. */
  List<Value> layers() {
    return layers;
  }

  /** Returns what a layer is called: by its weights, for a norm behind it is part of it. */
  String name(Value contraction) {
    return weights(contraction)
        .filter(name -> name.endsWith(WEIGHT))
        .map(name -> name.substring(0, name.length() - WEIGHT.length()))
        .findFirst()
        .orElseGet(() -> where(contraction));
  }

  /** Returns what a layer is, with the size of its kernel and its channels or features. */
  static String kind(Value contraction) {
    String ends =
        " %s→%s".formatted(contraction.input(0).shape().dim(-1), contraction.shape().dim(-1));
    Shape weights = contraction.input(1).shape();
    int axes = weights.rank() - 2;
    if (!(contraction.op() instanceof Contraction.Conv2d) || axes == 0) {
      return "dense" + ends;
    }
    return IntStream.range(0, axes)
        .mapToObj(i -> Integer.toString(weights.dim(i)))
        .collect(Collectors.joining("×", "conv ", ends));
  }

  /** Returns the names of the parameters that a layer's weights are made of, norms left out. */
  private static Stream<String> weights(Value contraction) {
    return Graph.topological(List.of(contraction.input(1))).stream()
        .filter(v -> v.shape().rank() >= 2 && v.op() instanceof Source.Parameter)
        .map(v -> ((Source.Parameter) v.op()).name());
  }

  /**
   * Returns what the layers' weights are called, by number, each otherwise: where layers share
   * weights, the second and further ones are numbered. A file keeps these names, and a part of a
   * network too.
   */
  List<String> weights() {
    Map<String, Integer> met = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (Value layer : layers) {
      String name = weights(layer).findFirst().orElse("");
      int count = met.merge(name, 1, Integer::sum);
      names.add(count == 1 ? name : name + " #" + count);
    }
    return names;
  }

  /** Returns the path of a value, or what it is where it has none. */
  String where(Value v) {
    String path = graph.paths().of(v);
    return path.isEmpty() ? v.toString() : path;
  }

  /** Returns the values that are rounded. */
  Map<Spot, Value> spots() {
    return spots;
  }

  /** Returns where a value is rounded; null if it is not. */
  @Nullable Spot spot(Value v) {
    return spotOf.get(v);
  }

  /** Returns how many convolutions and products whole numbers compute. */
  int quantized() {
    return layers.size() - skipped.size();
  }

  /** Returns how many stay as they are. */
  int kept() {
    return kept + skipped.size();
  }

  /** Returns whether the network has been quantized already. */
  boolean hasBytes() {
    return graph.values().stream().anyMatch(v -> v.op() instanceof Source.Bytes);
  }

  /** Returns the values that are needed once contractions take weights of their own. */
  Set<Value> needed() {
    Set<Value> needed = identity();
    needed.addAll(outputs);
    for (Value v : graph.values().reversed()) {
      Value before = v.inputs().isEmpty() ? v : v.input(0);
      if (needed.contains(v) && layer(v) != null) {
        needed.add(before);
      } else if (needed.contains(v) && layer(before) != null && bias(before) != null) {
        needed.add(before);
      } else if (needed.contains(v)) {
        needed.addAll(v.inputs());
      }
    }
    return needed;
  }
}
