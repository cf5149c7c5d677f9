package dev.fovea.formats.onnx.file;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;

/**
 * The order in which nodes can be walked: the file's, but each after those whose results it uses.
 */
public final class NodeOrder {
  private NodeOrder() {}

  /**
   * Returns the nodes of one graph so that each comes after those that make its operands.
   *
   * @throws FormatException if some wait for each other
   */
  public static List<NodeProto> of(List<NodeProto> nodes) {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String result : nodes.get(i).getOutputList()) {
        if (!result.isEmpty()) {
          makers.putIfAbsent(result, i);
        }
      }
    }
    List<List<Integer>> waiting = new ArrayList<>();
    int[] missing = new int[nodes.size()];
    boolean sorted = true;
    nodes.forEach(n -> waiting.add(new ArrayList<>()));
    for (int i = 0; i < nodes.size(); i++) {
      for (String name : uses(nodes.get(i))) {
        Integer maker = makers.get(name);
        if (maker != null) {
          missing[i]++;
          waiting.get(maker).add(i);
          sorted &= maker < i;
        }
      }
    }
    return sorted ? nodes : sorted(nodes, waiting, missing);
  }

  private static List<NodeProto> sorted(
      List<NodeProto> nodes, List<List<Integer>> waiting, int[] missing) {
    Queue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<NodeProto> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order.add(nodes.get(next));
      for (int i : waiting.get(next)) {
        if (--missing[i] == 0) {
          ready.add(i);
        }
      }
    }
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] > 0) {
        throw new FormatException(
            "node "
                + nodes.get(i).getOutput(0)
                + " waits for its own result: the graph has a circle");
      }
    }
    return order;
  }

  /** Returns the names that a node uses, those that its graphs take from around them included. */
  private static Set<String> uses(NodeProto node) {
    Set<String> names = new LinkedHashSet<>(node.getInputList());
    Queue<GraphProto> graphs = new ArrayDeque<>(graphs(node));
    while (!graphs.isEmpty()) {
      GraphProto g = graphs.remove();
      Set<String> own = new HashSet<>();
      g.getInputList().forEach(v -> own.add(v.getName()));
      g.getInitializerList().forEach(t -> own.add(t.getName()));
      g.getNodeList().forEach(n -> own.addAll(n.getOutputList()));
      for (NodeProto n : g.getNodeList()) {
        n.getInputList().stream().filter(name -> !own.contains(name)).forEach(names::add);
        graphs.addAll(graphs(n));
      }
      for (ValueInfoProto out : g.getOutputList()) {
        if (!own.contains(out.getName())) {
          names.add(out.getName());
        }
      }
    }
    names.remove("");
    return names;
  }

  private static List<GraphProto> graphs(NodeProto node) {
    List<GraphProto> all = new ArrayList<>();
    for (AttributeProto a : node.getAttributeList()) {
      if (a.hasG()) {
        all.add(a.getG());
      }
      all.addAll(a.getGraphsList());
    }
    return all;
  }
}
