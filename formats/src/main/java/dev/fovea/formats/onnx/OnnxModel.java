package dev.fovea.formats.onnx;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.OperatorSetIdProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TypeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A parsed ONNX file, before anything is made of it. */
final class OnnxModel {
  /** The version of operators where a file names none. */
  private static final int OLDEST = 1;

  /** How many nodes a missing operator is reported with. */
  private static final int NAMED = 3;

  /**
   * What a file says about an input.
   *
   * @param dims the extents; −1 where they are free
   */
  record Input(String name, DataType type, List<Integer> dims) {}

  private final ModelProto proto;
  private final Tensors tensors;
  private final Map<String, Integer> opsets = new HashMap<>();
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final Map<String, Operator> operators;

  private OnnxModel(ModelProto proto, @Nullable Path folder) {
    this.proto = proto;
    this.tensors = new Tensors(folder);
    this.operators = Operators.all();
    for (OperatorSetIdProto o : proto.getOpsetImportList()) {
      opsets.put(domain(o.getDomain()), Math.clamp(o.getVersion(), 0, 1000));
    }
    for (FunctionProto f : proto.getFunctionsList()) {
      functions.put(f.getDomain() + ":" + f.getName(), f);
    }
  }

  /** Reads a file. */
  static OnnxModel read(Path file) {
    ModelProto proto = OnnxFile.model(file);
    if (!proto.hasGraph()) {
      throw new FormatException("is no ONNX file: it has no graph").in(file);
    }
    return new OnnxModel(proto, file.toAbsolutePath().getParent());
  }

  private static String domain(String name) {
    return name.equals("ai.onnx") ? "" : name;
  }

  /**
   * Returns whether an input or output of four axes is an image with its channels first, as far as
   * the file says: those that Fovea writes are, but for those marked.
   */
  Optional<Boolean> isImage(String port) {
    boolean marked =
        proto.getMetadataPropsList().stream()
            .anyMatch(e -> e.getKey().equals(ImportedNetwork.PLAIN + port));
    return proto.getProducerName().equals(OnnxWriter.PRODUCER)
        ? Optional.of(!marked)
        : Optional.empty();
  }

  ModelProto proto() {
    return proto;
  }

  GraphProto graph() {
    return proto.getGraph();
  }

  Tensors tensors() {
    return tensors;
  }

  Node node(NodeProto node) {
    return new Node(node, opsets.getOrDefault(domain(node.getDomain()), OLDEST));
  }

  /** Returns the inputs that a user gives: those that no initializer provides. */
  List<Input> inputs() {
    Set<String> given = new HashSet<>();
    graph().getInitializerList().forEach(t -> given.add(t.getName()));
    List<Input> inputs = new ArrayList<>();
    for (ValueInfoProto v : graph().getInputList()) {
      if (!given.contains(v.getName())) {
        inputs.add(input(v));
      }
    }
    return inputs;
  }

  private static Input input(ValueInfoProto v) {
    if (!v.getType().hasTensorType()) {
      throw new FormatException("input " + v.getName() + " is no tensor");
    }
    TypeProto.Tensor t = v.getType().getTensorType();
    List<Integer> dims = new ArrayList<>();
    for (var d : t.getShape().getDimList()) {
      boolean known = d.hasDimValue() && d.getDimValue() >= 0;
      dims.add(known ? (int) Math.min(d.getDimValue(), Integer.MAX_VALUE) : -1);
    }
    return new Input(v.getName(), DataType.of(t.getElemType()), dims);
  }

  /** Returns how often each operator is used, those of inner graphs included. */
  Map<String, Integer> operatorCounts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    count(graph().getNodeList(), counts);
    return counts;
  }

  private void count(List<NodeProto> nodes, Map<String, Integer> counts) {
    for (NodeProto n : nodes) {
      counts.merge(node(n).key(), 1, Integer::sum);
      for (AttributeProto a : n.getAttributeList()) {
        if (a.hasG()) {
          count(a.getG().getNodeList(), counts);
        }
      }
    }
  }

  /** Returns what is done for a node. */
  Operator operator(Node node) {
    FunctionProto body = functions.get(node.key());
    if (body != null) {
      return call -> FunctionBody.apply(call, body);
    }
    Operator o = operators.get(node.key());
    if (o == null) {
      throw new FormatException("operator " + node.key() + " is not supported");
    }
    return o;
  }

  /**
   * Checks that all operators are there.
   *
   * @throws FormatException naming all that are missing, each with some nodes that need it
   */
  void requireOperators() {
    Map<String, Set<String>> missing = missing();
    if (!missing.isEmpty()) {
      List<String> texts = new ArrayList<>();
      missing.forEach((key, nodes) -> texts.add(key + " (" + some(nodes) + ")"));
      throw new FormatException(
          "needs operators that are not supported: " + String.join(", ", texts));
    }
  }

  private static String some(Set<String> nodes) {
    String first = String.join(", ", nodes.stream().limit(NAMED).toList());
    int more = nodes.size() - NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  /** Returns the operators that are not supported, each with the nodes that need it. */
  Map<String, Set<String>> missing() {
    Map<String, Set<String>> missing = new LinkedHashMap<>();
    collectMissing(graph().getNodeList(), missing);
    proto.getFunctionsList().forEach(f -> collectMissing(f.getNodeList(), missing));
    return missing;
  }

  private void collectMissing(List<NodeProto> nodes, Map<String, Set<String>> missing) {
    for (NodeProto n : nodes) {
      Node node = node(n);
      if (!functions.containsKey(node.key()) && !operators.containsKey(node.key())) {
        String name =
            n.getName().isEmpty() && n.getOutputCount() > 0 ? n.getOutput(0) : n.getName();
        missing.computeIfAbsent(node.key(), _ -> new TreeSet<>()).add(name);
      }
      for (AttributeProto a : n.getAttributeList()) {
        if (a.hasG()) {
          collectMissing(a.getG().getNodeList(), missing);
        }
      }
    }
  }

  /** Returns how many numbers the initializers hold. */
  long initializerCount() {
    long n = 0;
    for (TensorProto t : graph().getInitializerList()) {
      n += Tensors.shape(t.getDimsList()).elements();
    }
    return n;
  }
}
