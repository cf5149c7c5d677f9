package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.HostTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds suppressions whose result is a mask of the boxes that stay: a {@code NonMaxSuppression}
 * whose list, of a length that depends on numbers, is used only to write ones among zeros.
 *
 * <p>Such nodes become one of the type {@link #SUPPRESS} that has the inputs of the suppression and
 * the mask as its result, whose shape is that of the scores.
 */
public final class SuppressedBoxes {
  /** The domain of nodes that stand for several of ONNX. */
  public static final String DOMAIN = "dev.fovea";

  /** The type of the node. */
  public static final String SUPPRESS = "Suppress";

  private final GraphProto graph;
  private final Function<TensorProto, HostTensor> reader;
  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();

  private SuppressedBoxes(GraphProto graph, Function<TensorProto, HostTensor> reader) {
    this.graph = graph;
    this.reader = reader;
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(name -> makers.put(name, node));
      node.getInputList().forEach(name -> uses.merge(name, 1, Integer::sum));
      if (node.getAttributeList().stream().anyMatch(AttributeProto::hasG)) {
        // What a graph within a node reads of the names around it is not looked for.
        inner(node);
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      uses.merge(output.getName(), 1, Integer::sum);
    }
  }

  private void inner(NodeProto node) {
    for (AttributeProto a : node.getAttributeList()) {
      for (NodeProto n : a.getG().getNodeList()) {
        n.getInputList().forEach(name -> uses.merge(name, 1, Integer::sum));
        inner(n);
      }
    }
  }

  /**
   * Returns the nodes of a graph, with one in place of those that belong to such a suppression.
   *
   * @param reader reads a tensor that the file holds
   */
  static List<NodeProto> folded(GraphProto graph, Function<TensorProto, HostTensor> reader) {
    boolean any =
        graph.getNodeList().stream().anyMatch(n -> n.getOpType().equals("NonMaxSuppression"));
    return any ? new SuppressedBoxes(graph, reader).folded() : graph.getNodeList();
  }

  private List<NodeProto> folded() {
    Map<NodeProto, NodeProto> inPlace = new HashMap<>();
    Set<String> gone = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      mask(node)
          .ifPresent(parts -> {
            inPlace.put(node, parts.get(0));
            parts.subList(1, parts.size()).forEach(p -> gone.addAll(p.getOutputList()));
          });
    }
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOutputCount() == 0 || !gone.contains(node.getOutput(0))) {
        nodes.add(inPlace.getOrDefault(node, node));
      }
    }
    return nodes;
  }

  /** Returns the node that stands for a mask, then the nodes that nobody needs any more. */
  private Optional<List<NodeProto>> mask(NodeProto scatter) {
    if (!is(scatter, "ScatterND", 3) || !replaces(scatter)) {
      return Optional.empty();
    }
    NodeProto zeros = maker(scatter, 0);
    NodeProto chosen = maker(scatter, 1);
    NodeProto ones = maker(scatter, 2);
    boolean parts =
        is(zeros, "ConstantOfShape", 1)
            && zeros.getAttributeCount() == 0
            && is(chosen, "NonMaxSuppression", 2)
            && chosen.getOutputCount() == 1
            && is(ones, "Expand", 2)
            && isOne(ones.getInput(0));
    if (!parts) {
      return Optional.empty();
    }
    NodeProto shape = maker(zeros, 0);
    NodeProto count = maker(ones, 1);
    boolean agree =
        is(shape, "Shape", 1)
            && shape.getAttributeCount() == 0
            && shape.getInput(0).equals(chosen.getInput(1))
            && is(count, "Shape", 1)
            && isFirst(count)
            && count.getInput(0).equals(chosen.getOutput(0));
    if (!agree || uses(chosen) != 2 || uses(ones) != 1 || uses(count) != 1) {
      return Optional.empty();
    }
    NodeProto mask =
        chosen.toBuilder()
            .setDomain(DOMAIN)
            .setOpType(SUPPRESS)
            .setOutput(0, scatter.getOutput(0))
            .build();
    return Optional.of(List.of(mask, chosen, ones, count));
  }

  /** Returns whether numbers are written in place of others, not added to them or the like. */
  private static boolean replaces(NodeProto scatter) {
    return scatter.getAttributeList().stream()
        .allMatch(a -> a.getName().equals("reduction") && a.getS().toStringUtf8().equals("none"));
  }

  private int uses(NodeProto node) {
    return uses.getOrDefault(node.getOutput(0), 0);
  }

  private NodeProto maker(NodeProto node, int input) {
    return makers.getOrDefault(node.getInput(input), NodeProto.getDefaultInstance());
  }

  private static boolean is(NodeProto node, String type, int inputs) {
    return node.getOpType().equals(type)
        && node.getInputCount() >= inputs
        && node.getOutputCount() > 0
        && node.getDomain().isEmpty();
  }

  /** Returns whether a node gives the first extent of a shape alone. */
  private static boolean isFirst(NodeProto shape) {
    Map<String, Long> numbers = new HashMap<>();
    shape.getAttributeList().forEach(a -> numbers.put(a.getName(), a.getI()));
    return numbers.getOrDefault("start", 0L) == 0 && numbers.getOrDefault("end", 0L) == 1;
  }

  private boolean isOne(String name) {
    return graph.getInitializerList().stream()
        .filter(t -> t.getName().equals(name))
        .map(reader)
        .anyMatch(t -> t.size() == 1 && t.item() == 1);
  }
}
