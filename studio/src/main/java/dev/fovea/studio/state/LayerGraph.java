package dev.fovea.studio.state;

import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network as layers and what flows between them. An operation that no layer has belongs to the
 * layer that reads it.
 *
 * @param nodes the layers, those that feed others before these
 * @param edges from which node to which
 */
public record LayerGraph(List<Node> nodes, List<Edge> edges) {
  /**
   * A layer, or several that are folded into one.
   *
   * @param path where it stands
   * @param kind what it is
   * @param shape the shape of its result for one sample
   * @param parameters the numbers of its parameters
   * @param flops its operations for one sample
   * @param layers how many layers it holds
   */
  public record Node(
      String path, String kind, String shape, long parameters, long flops, int layers) {}

  /**
   * What flows from one layer to another.
   *
   * @param from the number of a node
   * @param to the number of a node
   * @param bytes how much, for one sample
   */
  public record Edge(int from, int to, long bytes) {}

  /** Copies the lists. */
  public LayerGraph {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
  }

  /** Returns the layers of a model. */
  public static LayerGraph of(Model model) {
    Traced traced = model.trace(1, false);
    Map<Value, String> owners = new IdentityHashMap<>();
    traced.layers().forEach((path, v) -> owners.merge(v, path, LayerGraph::inner));
    Map<String, String> kinds = new LinkedHashMap<>();
    traced.visits().forEach(v -> kinds.putIfAbsent(v.path(), v.kind()));
    Builder builder = new Builder(owners, kinds);
    topological(traced.outputs()).stream().filter(owners::containsKey).forEach(builder::add);
    return new LayerGraph(builder.nodes, builder.edges);
  }

  /** Of two layers with one result the inner one has computed it. */
  private static String inner(String a, String b) {
    return a.length() >= b.length() ? a : b;
  }

  /** Returns all values that others are computed from, these first; without recursion. */
  private static List<Value> topological(List<Value> ends) {
    List<Value> order = new ArrayList<>();
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Value> open = new ArrayDeque<>(ends);
    while (!open.isEmpty()) {
      Value v = open.peekLast();
      boolean ready = true;
      for (Value input : v.inputs()) {
        if (!seen.contains(input)) {
          open.addLast(input);
          ready = false;
        }
      }
      if (ready) {
        open.removeLast();
        if (seen.add(v)) {
          order.add(v);
        }
      }
    }
    return order;
  }

  /** Makes a node of each layer's result and what was computed for it alone. */
  private static final class Builder {
    final Map<Value, String> owners;
    final Map<String, String> kinds;
    final Map<Value, Integer> numbers = new IdentityHashMap<>();
    final Set<Value> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    final List<Node> nodes = new ArrayList<>();
    final List<Edge> edges = new ArrayList<>();

    Builder(Map<Value, String> owners, Map<String, String> kinds) {
      this.owners = owners;
      this.kinds = kinds;
    }

    void add(Value end) {
      long parameters = 0;
      long flops = 0;
      Deque<Value> open = new ArrayDeque<>(List.of(end));
      Set<Value> before = new LinkedHashSet<>();
      while (!open.isEmpty()) {
        Value v = open.removeLast();
        if (v != end && owners.containsKey(v)) {
          before.add(v);
        } else if (counted.add(v)) {
          parameters += v.op() instanceof Source.Parameter ? v.shape().elements() : 0;
          flops += v.op().flops(v.inputs().stream().map(Value::shape).toList(), v.shape());
          open.addAll(v.inputs());
        }
      }
      int number = nodes.size();
      numbers.put(end, number);
      String path = owners.getOrDefault(end, "");
      String shape = end.shape().rank() == 0 ? "" : end.shape().dropFirst().times();
      String kind = kinds.getOrDefault(path, end.op().name());
      nodes.add(new Node(path, kind, shape, parameters, flops, 1));
      for (Value v : before) {
        @Nullable Integer from = numbers.get(v);
        if (from != null) {
          edges.add(new Edge(from, number, (long) v.type().bytes() * v.shape().elements()));
        }
      }
    }
  }

  /**
   * Returns this graph with layers of one block as one node, except in blocks that are open.
   *
   * @param open the paths of open blocks
   */
  public LayerGraph folded(Set<String> open) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    List<Node> fewer = new ArrayList<>();
    int[] to = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      Node n = nodes.get(i);
      String path = shown(n.path(), open);
      @Nullable Integer known = numbers.get(path);
      if (known == null) {
        numbers.put(path, fewer.size());
        to[i] = fewer.size();
        fewer.add(
            new Node(
                path,
                path.equals(n.path()) ? n.kind() : "block",
                n.shape(),
                n.parameters(),
                n.flops(),
                1));
      } else {
        to[i] = known;
        Node f = fewer.get(known);
        fewer.set(
            known,
            new Node(
                path,
                f.kind().equals(n.kind()) && f.path().equals(n.path()) ? f.kind() : "block",
                n.shape(),
                f.parameters() + n.parameters(),
                f.flops() + n.flops(),
                f.layers() + 1));
      }
    }
    Set<Edge> between = new LinkedHashSet<>();
    for (Edge e : edges) {
      if (to[e.from()] != to[e.to()]) {
        between.add(new Edge(to[e.from()], to[e.to()], e.bytes()));
      }
    }
    return new LayerGraph(fewer, List.copyOf(between));
  }

  /** Returns the path of the node that shows a layer: its outermost block that is not open. */
  private static String shown(String path, Set<String> open) {
    int end = path.indexOf('.');
    while (end >= 0 && open.contains(path.substring(0, end))) {
      end = path.indexOf('.', end + 1);
    }
    return end < 0 ? path : path.substring(0, end);
  }
}
