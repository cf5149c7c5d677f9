package dev.fovea.formats.weights;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as a file describes it: named nodes in order, each a step on results of nodes before
 * it, with the weights that the file holds for them.
 *
 * <p>Images flow as N, H, W, C whatever the file's own layout is.
 */
public final class LayerGraph implements Network {
  /** The most nodes of a network that is read. */
  public static final int MAX_NODES = 20_000;

  private final Map<String, Shape> inputs;
  private final List<Node> nodes;
  private final Map<String, String> outputs;

  /**
   * One node.
   *
   * @param name its name, which no other node has
   * @param operator the name of its kind in the file
   * @param inputs the names of the inputs or nodes whose results it takes
   * @param step what it does
   * @param weights its parameters by name within the node, in the order in which they are read
   */
  public record Node(
      String name,
      String operator,
      List<String> inputs,
      NodeStep step,
      Map<String, Weight> weights) {
    /** Creates a node. */
    public Node {
      inputs = List.copyOf(inputs);
      weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    }
  }

  private LayerGraph(Map<String, Shape> inputs, List<Node> nodes, Map<String, String> outputs) {
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.nodes = List.copyOf(nodes);
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** Returns the shape of one sample of each input, by the input's name. */
  public Map<String, Shape> inputs() {
    return inputs;
  }

  /** Returns the nodes in the order in which they are computed. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Returns the names of the outputs. */
  public List<String> outputs() {
    return List.copyOf(outputs.keySet());
  }

  /** Returns how many nodes there are of each operator, in order of first use. */
  public Map<String, Integer> operators() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    nodes.forEach(n -> counts.merge(n.operator, 1, Integer::sum));
    return counts;
  }

  @Override
  public List<Signal> forward(List<Signal> signals) {
    return forward(signals, new HashMap<>());
  }

  /** Describes the computation and notes the shape that reaches each node first. */
  private List<Signal> forward(List<Signal> signals, Map<String, Shape> reaching) {
    Map<String, Signal> values = new HashMap<>();
    int i = 0;
    for (String name : inputs.keySet()) {
      values.put(name, signals.get(i++));
    }
    for (Node n : nodes) {
      List<Signal> in = n.inputs.stream().map(name -> find(values, name)).toList();
      reaching.putIfAbsent(n.name, in.get(0).shape());
      values.put(n.name, n.step.apply(n.name, in));
    }
    return outputs.values().stream().map(name -> find(values, name)).toList();
  }

  private static Signal find(Map<String, Signal> values, String name) {
    Signal s = values.get(name);
    if (s == null) {
      throw new IllegalStateException("no value " + name);
    }
    return s;
  }

  /**
   * Returns all parameters by path, in Fovea's layout.
   *
   * @throws FoveaException if layers do not fit on each other, or a parameter has no weights or
   *     weights of another size
   */
  public Map<String, Tensor> tensors() {
    Map<String, Shape> reaching = new HashMap<>();
    Network probe = signals -> forward(signals, reaching);
    List<Shape> shapes = List.copyOf(inputs.values());
    Parameters parameters = Model.build(probe, shapes, Seed.of(0), idle()).parameters();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Node n : nodes) {
      n.weights.forEach((name, weight) -> {
        String path = n.name + "." + name;
        Shape shape = parameters.get(path).shape();
        Tensor values = weight.values(reaching.getOrDefault(n.name, Shape.scalar()), shape);
        if (!values.shape().equals(shape)) {
          throw new FoveaException(
              path + ": the weights have shape " + values.shape() + ", the layer needs " + shape);
        }
        tensors.put(path, values);
      });
    }
    for (Parameters.Parameter p : parameters.all()) {
      if (!tensors.containsKey(p.name())) {
        throw new FoveaException(p.name() + ": the file has no weights for it");
      }
    }
    return tensors;
  }

  /** No thread is started: nothing is computed. */
  static Engine idle() {
    return Engine.idle();
  }

  /** Collects the inputs and nodes of a network. */
  public static final class Builder {
    private final Map<String, Shape> inputs = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Integer> uses = new HashMap<>();

    /** Adds an input of this shape of one sample; returns the name by which nodes refer to it. */
    public String input(String name, Shape sample) {
      if (inputs.size() >= MAX_NODES) {
        throw new FoveaException("more than " + MAX_NODES + " inputs");
      }
      String own = freeName(name);
      inputs.put(own, sample);
      return own;
    }

    /** Adds a node without parameters; returns the name by which others refer to its result. */
    public String add(String name, String operator, NodeStep step, List<String> from) {
      return add(name, operator, step, from, Map.of());
    }

    /** Adds a node; returns the name by which others refer to its result. */
    public String add(
        String name,
        String operator,
        NodeStep step,
        List<String> from,
        Map<String, Weight> weights) {
      if (nodes.size() >= MAX_NODES) {
        throw new FoveaException("more than " + MAX_NODES + " layers");
      }
      if (from.isEmpty()) {
        throw new FoveaException(operator + " " + name + ": has no input");
      }
      String own = freeName(name);
      nodes.add(new Node(own, operator, from, step, weights));
      return own;
    }

    /** Returns the name fit for a path, with a number where another node has it. */
    private String freeName(String name) {
      String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
      String base = plain.isEmpty() ? "layer" : plain.substring(0, Math.min(100, plain.length()));
      // Counted per name: a search from 2 on each time would take the square of their number.
      int n = uses.merge(base, 1, Integer::sum);
      String free = n == 1 ? base : base + "_" + n;
      while (!names.add(free)) {
        n = uses.merge(base, 1, Integer::sum);
        free = base + "_" + n;
      }
      return free;
    }

    /** Returns whether nothing has been added. */
    public boolean isEmpty() {
      return nodes.isEmpty();
    }

    /** Returns the last node's name. */
    public String last() {
      return nodes.getLast().name();
    }

    /** Returns the names of the nodes whose results no node takes, in order. */
    public List<String> unused() {
      Set<String> used = new HashSet<>();
      nodes.forEach(n -> used.addAll(n.inputs));
      return nodes.stream().map(Node::name).filter(n -> !used.contains(n)).toList();
    }

    /**
     * Returns the network.
     *
     * @param outputs by the name of each output, the node that gives it
     */
    public LayerGraph build(Map<String, String> outputs) {
      return new LayerGraph(inputs, nodes, outputs);
    }
  }
}
