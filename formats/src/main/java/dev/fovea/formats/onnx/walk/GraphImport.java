package dev.fovea.formats.onnx.walk;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.engine.graph.Graph;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.file.NodeOrder;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.file.Opsets;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.SparseTensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.tensors.Budget;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.nn.Initializer;
import dev.fovea.op.Contraction;
import dev.fovea.op.Grid;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the nodes of a graph that turns names into known tensors and values.
 *
 * <p>A graph within a node (a branch, the body of a loop or of a function) is walked by an import
 * of its own that sees the names around it.
 */
public final class GraphImport {
  /** How deeply graphs may lie within each other. */
  private static final int DEPTH = 16;

  /** How many products a contraction makes in the time of one step of other computations. */
  private static final int CONTRACTED_AT_ONCE = 16;

  private final OnnxModel model;
  private final Map<String, Operator> operators;
  private final Weights weights;
  private final int batch;
  private final Opsets opsets;
  private final @Nullable GraphImport outer;
  private final int depth;
  private final Map<String, Operand> values = new HashMap<>();
  private final FileWeights fileWeights;
  private final Budget budget;
  private final Map<Operand, Dequantized> dequantized;
  private final Map<Value, Grid.Scaled> scaled;
  private final BatchAxes axes;
  private final Map<String, Shape> shapes;
  private final Set<String> decisive;

  /** What the names of this graph's tensors begin with among those of all graphs. */
  private final String scope;

  private int inner;

  /**
   * Begins the walk over a model's graph for so many samples.
   *
   * @param operators what is done for each kind of node
   * @param axes which axes grow with the batch, as far as it is known
   */
  public GraphImport(
      OnnxModel model,
      Map<String, Operator> operators,
      Weights weights,
      int batch,
      BatchAxes axes) {
    this.operators = operators;
    this.axes = axes;
    this.shapes = new HashMap<>();
    this.decisive = new HashSet<>();
    this.scope = "";
    this.model = model;
    this.weights = weights;
    this.batch = batch;
    this.opsets = model.opsets();
    this.outer = null;
    this.depth = 0;
    this.fileWeights = new FileWeights(weights, model.tensors());
    this.budget = new Budget();
    this.dequantized = new IdentityHashMap<>();
    this.scaled = new IdentityHashMap<>();
  }

  private GraphImport(GraphImport outer, boolean seesOuter, Opsets opsets) {
    this.opsets = opsets;
    this.model = outer.model;
    this.operators = outer.operators;
    this.weights = outer.weights;
    this.batch = outer.batch;
    this.outer = seesOuter ? outer : null;
    this.depth = outer.depth + 1;
    this.fileWeights = outer.fileWeights;
    this.budget = outer.budget;
    this.dequantized = outer.dequantized;
    this.scaled = outer.scaled;
    this.axes = outer.axes;
    this.shapes = outer.shapes;
    this.decisive = outer.decisive;
    this.scope = outer.scope + outer.inner++ + "/";
    if (depth > DEPTH) {
      throw new FormatException("has graphs within graphs, more than " + DEPTH + " deep");
    }
  }

  /** Returns an import of a graph within a node. */
  public GraphImport inner() {
    return new GraphImport(this, true, opsets);
  }

  /** Returns an import of the body of a function, which sees no names but its operands. */
  GraphImport function(Opsets own) {
    return new GraphImport(this, false, own);
  }

  public Weights weights() {
    return weights;
  }

  /** Returns what all that is walked together may still cost. */
  public Budget budget() {
    return budget;
  }

  public OnnxModel model() {
    return model;
  }

  /** Returns how many samples the values are for. */
  public int batch() {
    return batch;
  }

  public void set(String name, Operand operand) {
    values.put(name, operand);
    if (operand instanceof Operand.Known || operand instanceof Operand.Held) {
      shapes.put(scope + name, operand.shape());
    }
  }

  /** Returns what a name stands for. */
  public Operand get(String name) {
    for (GraphImport g = this; g != null; g = g.outer) {
      Operand o = g.values.get(name);
      if (o != null) {
        return o;
      }
    }
    throw new FormatException("nothing is called " + name + " where it is used");
  }

  /** Returns the shapes of all tensors so far, those of inner graphs included. */
  public Map<String, Shape> shapes() {
    return shapes;
  }

  /** Returns the tensors whose growth with the batch decided what an operator does. */
  public Set<String> decisive() {
    return decisive;
  }

  /** Returns what a sample more adds to an axis of a tensor; 0 if it is not known. */
  int growth(String name, int axis) {
    for (GraphImport g = this; g != null; g = g.outer) {
      if (g.values.containsKey(name)) {
        decisive.add(g.scope + name);
        return axes.growth(g.scope + name, axis);
      }
    }
    return 0;
  }

  private boolean grows(String name) {
    for (GraphImport g = this; g != null; g = g.outer) {
      if (g.values.containsKey(name)) {
        return axes.grows(g.scope + name);
      }
    }
    return false;
  }

  /** Returns a tensor that the file holds. */
  public HostTensor read(TensorProto t) {
    return model.tensors().read(t);
  }

  /** Returns which whole numbers stand for an operand, or null if none do. */
  public @Nullable Dequantized dequantized(Operand operand) {
    return dequantized.get(operand);
  }

  /** Says which whole numbers stand for an operand. */
  public void dequantized(Operand operand, Dequantized numbers) {
    dequantized.put(operand, numbers);
  }

  /** Returns real numbers, remembering the whole ones that they are made of. */
  public Value scaled(Grid.Scaled numbers) {
    Value real = numbers.real();
    scaled.put(real, numbers);
    return real;
  }

  /** Returns the whole numbers that real ones are made of, or null if they are of none. */
  public Grid.@Nullable Scaled scaled(Value real) {
    return scaled.get(real);
  }

  /** Walks a graph and returns what its outputs stand for. */
  public List<Operand> outputs(GraphProto graph) {
    walk(graph);
    return graph.getOutputList().stream().map(o -> get(o.getName())).toList();
  }

  /** Takes the weights of a graph and walks its nodes. */
  public void walk(GraphProto graph) {
    budget.nodes(graph.getInitializerCount() + graph.getSparseInitializerCount());
    for (TensorProto t : graph.getInitializerList()) {
      if (!values.containsKey(t.getName())) {
        set(t.getName(), new Operand.Known(read(t), t.getName()));
      }
    }
    for (SparseTensorProto t : graph.getSparseInitializerList()) {
      String name = t.getValues().getName();
      if (!values.containsKey(name)) {
        set(name, new Operand.Known(model.tensors().read(t), name));
      }
    }
    walk(SuppressedBoxes.folded(graph, this::read));
  }

  public void walk(List<NodeProto> nodes) {
    for (NodeProto proto : NodeOrder.of(nodes)) {
      Node node = opsets.node(proto);
      try {
        budget.nodes(1);
        results(node, apply(node));
      } catch (NotKnownException e) {
        throw new NotKnownException(node.title(), e);
      } catch (FoveaException e) {
        throw new FormatException(node.title() + ": " + e.getMessage(), e);
      } catch (RuntimeException e) {
        // A broken file can break any assumption; it must not look like a fault of the program.
        throw new FormatException(node.title() + ": broken: " + e, e);
      }
    }
  }

  private List<Operand> apply(Node node) {
    List<@Nullable Operand> inputs = new ArrayList<>();
    for (String name : node.inputs()) {
      inputs.add(name.isEmpty() ? null : get(name));
    }
    node.requireUnambiguous();
    Call call = new Call(node, inputs, this);
    List<Operand> results = operator(node).apply(call);
    node.requireAllRead();
    return results;
  }

  /** Returns what a node does: a function of the file, or an operator of its own. */
  private Operator operator(Node node) {
    FunctionProto body = model.function(node.key());
    if (body != null) {
      return call -> FunctionCall.apply(call, body);
    }
    Operator operator = operators.get(node.key());
    if (operator == null) {
      throw new FormatException("operator " + node.key() + " is not supported");
    }
    return operator;
  }

  private void results(Node node, List<Operand> results) {
    for (int i = 0; i < node.outputs().size(); i++) {
      String name = node.outputs().get(i);
      if (!name.isEmpty()) {
        if (i >= results.size()) {
          throw new FormatException("result " + i + " is not supported");
        }
        set(name, results.get(i));
        requireApart(node, i, results.get(i));
        if (results.get(i) instanceof Operand.Known k) {
          budget.elements(k.tensor().made());
        }
        if (results.get(i) instanceof Operand.Held h) {
          weights.label(h.value(), name);
        }
      }
    }
  }

  /** Checks that a first result which depends on samples has a place for each of them. */
  private void requireApart(Node node, int i, Operand result) {
    if (i == 0
        && axes.isSettled()
        && result instanceof Operand.Held h
        && !axes.grows(scope + node.outputs().get(0))
        && node.inputs().stream().anyMatch(this::grows)
        && isFromInput(h.value())) {
      throw new FormatException(
          "puts the samples of a batch together: one result of "
              + result.shape()
              + " for all of them");
    }
  }

  /** Returns an operand as a tensor known before the run. */
  public HostTensor known(Operand operand, String what) {
    return switch (operand) {
      case Operand.Known k -> k.tensor();
      case Operand.Held h -> evaluated(h, what);
      default -> throw operand.noTensor();
    };
  }

  private HostTensor evaluated(Operand.Held held, String what) {
    Set<String> inputs = new TreeSet<>();
    boolean fixed = true;
    for (Value v : Graph.topological(List.of(held.value()))) {
      if (v.op() instanceof Source.Input in) {
        inputs.add(model.given().get(in.number()).getName());
      }
      fixed &= !(v.op() instanceof Source.Parameter);
      spend(v);
    }
    if (!inputs.isEmpty() || !fixed) {
      throw new NotKnownException(what, inputs);
    }
    Value plain = held.in(Index.range(held.rank()));
    float[] data = new Eager(Engine.shared()).evaluate(plain).data();
    DataType type = held.type();
    return new HostTensor(type, plain.shape(), i -> type.hold(data[i]));
  }

  /** Takes from the budget what a value costs that is computed while the file is read. */
  private void spend(Value v) {
    budget.elements(HostTensor.bounded(v.shape()).elements());
    if (v.op() instanceof Contraction) {
      long taps = v.inputs().stream().mapToLong(x -> x.shape().elements()).max().orElse(0);
      long channels = Math.max(v.shape().rank() == 0 ? 1 : v.shape().dim(-1), 1);
      budget.steps(v.shape().elements(), 1 + taps / channels / CONTRACTED_AT_ONCE);
    }
  }

  /** Returns whether a value depends on an input of the network. */
  public boolean isFromInput(Value value) {
    List<Value> all = Graph.topological(List.of(value));
    budget.steps(all.size(), 1);
    return all.stream().anyMatch(v -> v.op() instanceof Source.Input);
  }

  /** Returns an operand held in some order. */
  public Operand.Held held(Operand operand) {
    return switch (operand) {
      case Operand.Held h -> h;
      case Operand.Known k -> Operand.Held.plain(in(k, Index.range(k.rank())), k.type());
      default -> throw operand.noTensor();
    };
  }

  /** Returns an operand with its axes in a given order. */
  public Value in(Operand operand, int... order) {
    Dequantized bytes = dequantized.get(operand);
    if (bytes != null && bytes.holdsBytes()) {
      return bytes.scaled(this, order).real();
    }
    return switch (operand) {
      case Operand.Held h -> h.in(order);
      case Operand.Known k when FileWeights.isBytes(k.tensor()) ->
          fileWeights.bytes(k.tensor(), order);
      case Operand.Known k
          when k.type().isFloat() && !k.name().isEmpty() && k.tensor().size() > 1 ->
          fileWeights.parameter(k.tensor(), k.name(), order);
      case Operand.Known k ->
          Value.constant(
              Tensor.of(HostTensor.bounded(permuted(k.shape(), order)), k.tensor().floats(order)));
      default -> throw operand.noTensor();
    };
  }

  /** Returns an operand as a parameter, even if it is a single number or was computed. */
  public Value weight(Operand operand, String name, int... order) {
    Dequantized bytes = dequantized.get(operand);
    if (bytes != null && bytes.holdsBytes()) {
      return bytes.scaled(this, order).real();
    }
    return switch (operand) {
      case Operand.Held h -> h.in(order);
      case Operand.Known k ->
          fileWeights.parameter(k.tensor(), k.name().isEmpty() ? name : k.name(), order);
      default -> throw operand.noTensor();
    };
  }

  /** Returns the name under which the elements of a known tensor are a weight. */
  public String weightName(Operand.Known k, String local) {
    return fileWeights.name(k.tensor(), k.name().isEmpty() ? local : k.name());
  }

  public static Initializer values(HostTensor tensor, int[] order) {
    int[] kept = order.clone();
    return (shape, values, offset, rng) -> tensor.write(kept, values, offset);
  }

  private static Shape permuted(Shape shape, int[] order) {
    return Shape.of(Arrays.stream(order).map(shape::dim).toArray());
  }
}
