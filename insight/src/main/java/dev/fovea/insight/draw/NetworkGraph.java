package dev.fovea.insight.draw;

import dev.fovea.engine.graph.Graph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.Reduction;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A network as nodes and edges: a node per layer that computes something, by its path.
 *
 * @param nodes in an order in which they compute
 * @param edges from what is computed first to what takes it
 */
public record NetworkGraph(List<Node> nodes, List<Edge> edges) {
  /** What a node does, which its colour tells. */
  public enum Role {
    /** An input. */
    INPUT,
    /** A convolution. */
    CONVOLUTION,
    /** A product with a matrix. */
    DENSE,
    /** A pooling, or a mean over all places. */
    POOLING,
    /** A sum, product or concatenation of several nodes. */
    MERGE,
    /** A normalisation. */
    NORM,
    /** A function of each number. */
    ACTIVATION,
    /** Anything else. */
    OTHER
  }

  /**
   * A node.
   *
   * @param path the path of its layer
   * @param role what it does
   * @param labels lines that say so, such as {@code 3×3 conv, 64}
   * @param shape of its result for one sample
   */
  public record Node(String path, Role role, List<String> labels, Shape shape) {
    /** Copies the lines. */
    public Node {
      labels = List.copyOf(labels);
    }
  }

  /** An edge by the numbers of its nodes. */
  public record Edge(int from, int to) {}

  /** Copies the lists. */
  public NetworkGraph {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
  }

  /** Returns the graph of a model in inference. */
  public static NetworkGraph of(Model model) {
    Traced traced = model.trace(1, false);
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Map<String, List<Value>> values = new LinkedHashMap<>();
    Set<Edge> edges = new LinkedHashSet<>();
    List<Value> order = Graph.topological(traced.outputs());
    Set<Value> computed = computed(order);
    for (Value v : order) {
      if (!computed.contains(v)) {
        continue;
      }
      String path = traced.paths().of(v);
      numbers.putIfAbsent(path, numbers.size());
      values.computeIfAbsent(path, p -> new ArrayList<>()).add(v);
      for (Value x : v.inputs()) {
        String from = traced.paths().of(x);
        if (computed.contains(x) && !from.equals(path)) {
          edges.add(new Edge(number(numbers, from), number(numbers, path)));
        }
      }
    }
    Map<String, String> kinds = new HashMap<>();
    traced.visits().forEach(v -> kinds.put(v.path(), v.kind()));
    List<Node> nodes = new ArrayList<>();
    values.forEach(
        (path, own) -> nodes.add(node(path, kinds.getOrDefault(path, ""), own, computed)));
    return new NetworkGraph(nodes, List.copyOf(edges));
  }

  private static int number(Map<String, Integer> numbers, String path) {
    return numbers.computeIfAbsent(path, p -> numbers.size());
  }

  /** Returns the values that depend on an input: what is made of weights alone is no node. */
  private static Set<Value> computed(List<Value> order) {
    Set<Value> computed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Value v : order) {
      boolean sample = v.op() instanceof Source.Input i && i.kind() == Source.Input.Kind.SAMPLE;
      if (sample || v.inputs().stream().anyMatch(computed::contains)) {
        computed.add(v);
      }
    }
    return computed;
  }

  private static Node node(String path, String kind, List<Value> own, Set<Value> computed) {
    Value last = own.getLast();
    Value main = own.stream().filter(v -> role(v, computed) != Role.OTHER).findFirst().orElse(last);
    for (Value v : own) {
      if (v.op() instanceof Contraction || v.op() instanceof Pooling) {
        main = v;
      }
    }
    Role role = kind.contains("norm") ? Role.NORM : role(main, computed);
    List<String> labels = new ArrayList<>(List.of(label(main, kind)));
    if (last.op() instanceof Elementwise.Activate a && !last.equals(main)) {
      labels.add(words(a.name()));
    }
    return new Node(path, role, labels, last.shape().dropFirst());
  }

  private static Role role(Value v, Set<Value> computed) {
    return switch (v.op()) {
      case Source.Input i -> Role.INPUT;
      case Contraction.MatMul m -> Role.DENSE;
      case Contraction c -> Role.CONVOLUTION;
      case Pooling p -> Role.POOLING;
      case Reduction r -> Role.POOLING;
      case Movement.Concat c -> Role.MERGE;
      case Normalization.Softmax s -> Role.ACTIVATION;
      case Normalization.LogSoftmax s -> Role.ACTIVATION;
      case Normalization n -> Role.NORM;
      case Elementwise.Binary b ->
          v.inputs().stream().allMatch(computed::contains) ? Role.MERGE : Role.ACTIVATION;
      case Elementwise e -> Role.ACTIVATION;
      default -> Role.OTHER;
    };
  }

  private static String label(Value v, String kind) {
    return switch (v.op()) {
      case Source.Input i -> "input";
      case Contraction.Conv2d c -> conv(c.window(), c.groups(), v.shape(), "conv");
      case Contraction.ConvTranspose2d c -> conv(c.window(), c.groups(), v.shape(), "up-conv");
      case Contraction.MatMul m -> "dense, " + v.shape().dim(-1);
      case Pooling.MaxPool p -> pool(p.window(), "max pool");
      case Pooling.AveragePool p -> pool(p.window(), "avg pool");
      case Reduction r -> kind.isEmpty() || kind.contains("avg") ? "global avg pool" : words(kind);
      case Movement.Concat c -> "concat";
      case Elementwise.Binary b -> words(b.name());
      case Elementwise.Activate a -> words(a.name());
      default -> words(kind.isEmpty() || kind.equals("block") ? v.op().name() : kind);
    };
  }

  private static String words(String name) {
    return name.replace('_', ' ');
  }

  private static String conv(Window2d w, int groups, Shape out, String name) {
    boolean depthwise = groups > 1 && groups == out.dim(3);
    return size(w)
        + (depthwise ? " depthwise " : " ")
        + name
        + ", "
        + out.dim(3)
        + stride(w)
        + (w.dilationHeight() > 1 ? ", dilation " + w.dilationHeight() : "")
        + (groups > 1 && !depthwise ? ", " + groups + " groups" : "");
  }

  private static String pool(Window2d w, String name) {
    return size(w) + " " + name + stride(w);
  }

  private static String size(Window2d w) {
    return w.kernelHeight() + "×" + w.kernelWidth();
  }

  private static String stride(Window2d w) {
    return w.strideHeight() > 1 ? ", /" + w.strideHeight() : "";
  }

  /**
   * Returns this graph with norms and activations drawn into the node before them, where nothing
   * else takes that node's result.
   */
  public NetworkGraph merged() {
    int[] into = new int[nodes.size()];
    for (int i = 0; i < into.length; i++) {
      Role role = nodes.get(i).role;
      boolean follows = role == Role.NORM || role == Role.ACTIVATION || role == Role.OTHER;
      List<Integer> before = neighbours(i, false);
      boolean alone = before.size() == 1 && neighbours(before.getFirst(), true).size() == 1;
      boolean input = alone && nodes.get(before.getFirst()).role == Role.INPUT;
      into[i] = follows && alone && !input ? into[before.getFirst()] : i;
    }
    return joined(into);
  }

  private List<Integer> neighbours(int node, boolean after) {
    List<Integer> all = new ArrayList<>();
    for (Edge e : edges) {
      if ((after ? e.from : e.to) == node) {
        all.add(after ? e.to : e.from);
      }
    }
    return all;
  }

  /**
   * Returns this graph folded: nodes whose paths begin with the same parts become one.
   *
   * @param parts how many parts of a path are kept
   */
  public NetworkGraph folded(int parts) {
    UnaryOperator<String> key =
        path -> {
          String[] names = path.split("[./]");
          return String.join(".", List.of(names).subList(0, Math.min(parts, names.length)));
        };
    Map<String, Integer> first = new HashMap<>();
    int[] into = new int[nodes.size()];
    for (int i = 0; i < into.length; i++) {
      int own = i;
      into[i] = first.computeIfAbsent(key.apply(nodes.get(i).path), k -> own);
    }
    NetworkGraph joined = joined(into);
    List<Node> named = new ArrayList<>();
    for (Node n : joined.nodes) {
      boolean several = n.labels.size() > 1;
      String text = key.apply(n.path);
      named.add(
          several
              ? new Node(text, n.role, List.of(text, n.labels.size() + " layers"), n.shape)
              : n);
    }
    return new NetworkGraph(named, joined.edges);
  }

  /** Joins each node with an earlier one, or itself. */
  private NetworkGraph joined(int[] into) {
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    Map<Integer, List<String>> labels = new HashMap<>();
    Map<Integer, Shape> shapes = new HashMap<>();
    for (int i = 0; i < into.length; i++) {
      numbers.putIfAbsent(into[i], numbers.size());
      labels.computeIfAbsent(into[i], k -> new ArrayList<>()).addAll(nodes.get(i).labels);
      // What only flattens maps leaves them drawn as maps.
      Shape own = nodes.get(i).shape;
      shapes.merge(into[i], own, (was, now) -> was.rank() > now.rank() ? was : now);
    }
    List<Node> joined = new ArrayList<>();
    numbers
        .keySet()
        .forEach(i -> {
          Node n = nodes.get(i);
          joined.add(
              new Node(
                  n.path,
                  n.role,
                  labels.getOrDefault(i, List.of()),
                  shapes.getOrDefault(i, n.shape)));
        });
    Set<Edge> kept = new LinkedHashSet<>();
    for (Edge e : edges) {
      int from = numbers.getOrDefault(into[e.from], 0);
      int to = numbers.getOrDefault(into[e.to], 0);
      if (from != to) {
        kept.add(new Edge(from, to));
      }
    }
    return new NetworkGraph(joined, List.copyOf(kept));
  }
}
