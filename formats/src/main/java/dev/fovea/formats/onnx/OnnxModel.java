package dev.fovea.formats.onnx;

import dev.fovea.formats.Description;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.TypeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.weights.Missing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A parsed ONNX file, before anything is made of it. */
final class OnnxModel {
  /**
   * What a file says about an input.
   *
   * @param dims the extents; −1 where they are free
   */
  record Input(String name, DataType type, List<Integer> dims) {}

  private final ModelProto proto;
  private final Tensors tensors;
  private final Opsets opsets;
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final Map<String, Operator> operators;
  private final List<ValueInfoProto> given;

  private OnnxModel(ModelProto proto, @Nullable Path folder) {
    this.proto = proto;
    this.tensors = new Tensors(folder);
    this.operators = Operators.all();
    this.opsets = Opsets.of(proto.getOpsetImportList());
    for (FunctionProto f : proto.getFunctionsList()) {
      functions.put(Node.key(f.getDomain(), f.getName()), f);
    }
    Set<String> weights = new HashSet<>();
    graph().getInitializerList().forEach(t -> weights.add(t.getName()));
    this.given =
        graph().getInputList().stream().filter(v -> !weights.contains(v.getName())).toList();
  }

  /** Reads a file. */
  static OnnxModel read(Path file) {
    ModelProto proto = OnnxFile.model(file);
    if (!proto.hasGraph()) {
      throw new FormatException("is no ONNX file: it has no graph").in(file);
    }
    return new OnnxModel(proto, file.toAbsolutePath().getParent());
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

  /** Returns the versions of the operators of the graph. */
  Opsets opsets() {
    return opsets;
  }

  /** Returns the inputs that a user gives: those that no initializer provides. */
  List<ValueInfoProto> given() {
    return given;
  }

  /** Returns what the file says about the inputs that a user gives. */
  List<Input> inputs() {
    return given.stream().map(OnnxModel::input).toList();
  }

  /** Returns the batch that the file is written for, or 0 if it is free or the inputs differ. */
  int batch() {
    int batch = 0;
    for (Input in : inputs()) {
      int first = in.dims().isEmpty() ? 0 : Math.max(in.dims().get(0), 0);
      if (first == 0 || (batch != 0 && batch != first)) {
        return 0;
      }
      batch = first;
    }
    return batch;
  }

  private static Input input(ValueInfoProto v) {
    if (!v.getType().hasTensorType()) {
      throw new FormatException("input " + v.getName() + " is no tensor");
    }
    TypeProto.Tensor t = v.getType().getTensorType();
    return new Input(v.getName(), DataType.of(t.getElemType()), extents(t));
  }

  private static List<Integer> extents(TypeProto.Tensor t) {
    List<Integer> dims = new ArrayList<>();
    for (var d : t.getShape().getDimList()) {
      boolean known = d.hasDimValue() && d.getDimValue() >= 0;
      dims.add(known ? (int) Math.min(d.getDimValue(), Integer.MAX_VALUE) : -1);
    }
    return dims;
  }

  /** Returns the name and the extents of an input or output as far as the file tells them. */
  static Description.Slot slot(ValueInfoProto v) {
    TypeProto.Tensor t = v.getType().getTensorType();
    return new Description.Slot(
        v.getName(), t.hasShape() ? Optional.of(extents(t)) : Optional.empty());
  }

  /** Returns how often each operator is used, those of inner graphs included. */
  Map<String, Integer> operatorCounts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    visit(graph().getNodeList(), n -> counts.merge(key(n), 1, Integer::sum));
    return counts;
  }

  private static String key(NodeProto n) {
    return Node.key(n.getDomain(), n.getOpType());
  }

  /** Visits nodes and those of the graphs within them. */
  private static void visit(List<NodeProto> nodes, Consumer<NodeProto> visitor) {
    for (NodeProto n : nodes) {
      visitor.accept(n);
      for (AttributeProto a : n.getAttributeList()) {
        if (a.hasG()) {
          visit(a.getG().getNodeList(), visitor);
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
    Missing missing = missing();
    if (!missing.isEmpty()) {
      throw new FormatException("needs operators that are not supported: " + missing.text());
    }
  }

  /** Returns the operators that are not supported, each with all nodes that need it. */
  Missing missing() {
    Missing missing = new Missing();
    Consumer<NodeProto> collect =
        n -> {
          String key = key(n);
          if (!functions.containsKey(key) && !operators.containsKey(key)) {
            boolean named = !n.getName().isEmpty() || n.getOutputCount() == 0;
            missing.add(key, named ? n.getName() : n.getOutput(0));
          }
        };
    visit(graph().getNodeList(), collect);
    proto.getFunctionsList().forEach(f -> visit(f.getNodeList(), collect));
    return missing;
  }
}
