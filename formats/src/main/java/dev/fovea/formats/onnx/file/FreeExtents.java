package dev.fovea.formats.onnx.file;

import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/**
 * What weights tell of the extents of an input that a file leaves free: a convolution's of the
 * channels, a dense layer's of the elements, a mean's that is subtracted.
 */
public final class FreeExtents {
  /** Operators that leave the axes of their first operand as they are. */
  private static final Set<String> KEEPING =
      Set.of(
          "Identity",
          "Cast",
          "Relu",
          "LeakyRelu",
          "Sigmoid",
          "Tanh",
          "Clip",
          "Pad",
          "Neg",
          "Abs",
          "Sqrt",
          "Exp",
          "Log",
          "Dropout",
          "QuantizeLinear",
          "DequantizeLinear",
          "MaxPool",
          "AveragePool",
          "Resize",
          "Upsample");

  private static final Set<String> PAIRS = Set.of("Add", "Sub", "Mul", "Div");

  private final Map<String, List<Integer>> weights = new HashMap<>();
  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<String, List<NodeProto>> users = new HashMap<>();

  /**
   * What is found out about an input.
   *
   * @param rank the number of axes; 0 if it is not known
   * @param extents the extents by axis, as far as they are known
   */
  public record Found(int rank, Map<Integer, Integer> extents) {}

  /** A tensor that is made of an input by moving axes: axis {@code axes[i]} of it is i of this. */
  private record Place(String name, List<Integer> axes) {}

  public FreeExtents(GraphProto graph) {
    graph.getInitializerList().forEach(t -> dims(t.getName(), t.getDimsList()));
    graph.getSparseInitializerList().forEach(t -> dims(t.getValues().getName(), t.getDimsList()));
    for (NodeProto n : graph.getNodeList()) {
      n.getInputList().forEach(i -> users.computeIfAbsent(i, _ -> new ArrayList<>()).add(n));
      n.getOutputList().forEach(o -> makers.put(o, n));
      if (n.getOpType().equals("Constant") && n.getOutputCount() > 0) {
        n.getAttributeList().stream()
            .filter(AttributeProto::hasT)
            .forEach(a -> dims(n.getOutput(0), a.getT().getDimsList()));
      }
    }
  }

  private void dims(String name, List<Long> dims) {
    weights.put(name, dims.stream().map(d -> Math.clamp(d, 0, Integer.MAX_VALUE)).toList());
  }

  /** Returns what the weights that an input meets tell of it. */
  public Found of(String input) {
    Map<Integer, Integer> extents = new TreeMap<>();
    int rank = 0;
    Set<String> seen = new HashSet<>();
    Queue<Place> places = new ArrayDeque<>(List.of(new Place(input, List.of())));
    while (!places.isEmpty()) {
      Place place = places.remove();
      if (!seen.add(place.name)) {
        continue;
      }
      for (NodeProto n : users.getOrDefault(place.name, List.of())) {
        Found met = met(n, place.name);
        rank = Math.max(rank, met.rank);
        met.extents.forEach((axis, extent) -> extents.putIfAbsent(original(place, axis), extent));
        follow(n, place, places);
      }
    }
    return new Found(rank, extents);
  }

  private static int original(Place place, int axis) {
    return place.axes.isEmpty() || axis < 0 ? axis : place.axes.get(axis);
  }

  private void follow(NodeProto n, Place place, Queue<Place> places) {
    if (n.getOutputCount() == 0) {
      return;
    }
    boolean first = n.getInput(0).equals(place.name);
    if ((first && KEEPING.contains(n.getOpType())) || PAIRS.contains(n.getOpType())) {
      places.add(new Place(n.getOutput(0), place.axes));
    } else if (n.getOpType().equals("Transpose")) {
      List<Integer> perm = new ArrayList<>();
      ints(n, "perm").forEach(a -> perm.add(original(place, a)));
      if (perm.stream().distinct().count() == perm.size() && !perm.isEmpty()) {
        places.add(new Place(n.getOutput(0), perm));
      }
    }
  }

  /** Returns what one node tells of its operand of a name; axes below 0 count from the end. */
  private Found met(NodeProto n, String operand) {
    List<Integer> w = n.getInputCount() > 1 ? weight(n.getInput(1)) : List.of();
    boolean first = n.getInput(0).equals(operand);
    boolean matrix = first && w.size() == 2;
    return switch (n.getOpType()) {
      case "Conv", "ConvInteger" ->
          first && w.size() > 2
              ? new Found(w.size(), Map.of(1, w.get(1) * (int) integer(n, "group", 1)))
              : new Found(0, Map.of());
      case "QLinearConv" -> {
        List<Integer> kernel = n.getInputCount() > 3 ? weight(n.getInput(3)) : List.of();
        yield first && kernel.size() > 2
            ? new Found(kernel.size(), Map.of(1, kernel.get(1) * (int) integer(n, "group", 1)))
            : new Found(0, Map.of());
      }
      case "ConvTranspose" ->
          first && w.size() > 2 ? new Found(w.size(), Map.of(1, w.get(0))) : new Found(0, Map.of());
      case "BatchNormalization", "InstanceNormalization" ->
          first && w.size() == 1 ? new Found(0, Map.of(1, w.get(0))) : new Found(0, Map.of());
      case "Gemm" ->
          matrix
              ? new Found(2, Map.of(1, w.get(integer(n, "transB", 0) == 0 ? 0 : 1)))
              : new Found(0, Map.of());
      case "MatMul" -> matrix ? new Found(0, Map.of(-1, w.get(0))) : new Found(0, Map.of());
      case "Add", "Sub", "Mul", "Div" -> paired(first ? w : weight(n.getInput(0)));
      default -> new Found(0, Map.of());
    };
  }

  /** A number per channel, with axes of extent 1 behind, tells how many channels there are. */
  private static Found paired(List<Integer> w) {
    Map<Integer, Integer> extents = new TreeMap<>();
    for (int a = 0; a < w.size(); a++) {
      if (w.get(a) > 1) {
        extents.put(a - w.size(), w.get(a));
      }
    }
    return new Found(0, extents);
  }

  /** Returns the extents of a weight, be it held as it is or in fewer bits. */
  private List<Integer> weight(String name) {
    String at = name;
    for (int i = 0; i < 4 && !weights.containsKey(at); i++) {
      NodeProto maker = makers.get(at);
      if (maker == null || !KEEPING.contains(maker.getOpType())) {
        return List.of();
      }
      at = maker.getInput(0);
    }
    return weights.getOrDefault(at, List.of());
  }

  private static long integer(NodeProto n, String name, long otherwise) {
    for (AttributeProto a : n.getAttributeList()) {
      if (a.getName().equals(name)) {
        return a.getI();
      }
    }
    return otherwise;
  }

  private static List<Integer> ints(NodeProto n, String name) {
    for (AttributeProto a : n.getAttributeList()) {
      if (a.getName().equals(name)) {
        return a.getIntsList().stream().map(Long::intValue).toList();
      }
    }
    return List.of();
  }
}
