package dev.fovea.formats.onnx.file;

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
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.Tensors;
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
public final class OnnxModel {
  /**
   * What a file says about an input.
   *
   * @param ranked whether the file tells the number of axes
   * @param dims the extents; −1 where they are free
   */
  public record Input(String name, DataType type, boolean ranked, List<Integer> dims) {}

  /** What files call Fovea that it has written. */
  public static final String FOVEA = "fovea";

  private final ModelProto proto;
  private final Tensors tensors;
  private final Opsets opsets;
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final List<ValueInfoProto> given;

  private OnnxModel(ModelProto proto, @Nullable Path folder) {
    this.proto = proto;
    this.tensors = new Tensors(folder);
    this.opsets = Opsets.of(proto.getOpsetImportList());
    for (FunctionProto f : proto.getFunctionsList()) {
      functions.put(Node.key(f.getDomain(), f.getName()), f);
    }
    Set<String> weights = new HashSet<>();
    graph().getInitializerList().forEach(t -> weights.add(t.getName()));
    graph().getSparseInitializerList().forEach(t -> weights.add(t.getValues().getName()));
    this.given =
        graph().getInputList().stream().filter(v -> !weights.contains(v.getName())).toList();
  }

  /** Reads a file. */
  public static OnnxModel read(Path file) {
    ModelProto proto = OnnxFile.model(file);
    if (!proto.hasGraph()) {
      throw new FormatException("no ONNX file: it has no graph").in(file);
    }
    return new OnnxModel(proto, file.toAbsolutePath().getParent());
  }

  /** Returns the model of a graph that was not read from a file. */
  public static OnnxModel of(ModelProto proto) {
    return new OnnxModel(proto, null);
  }

  /**
   * Returns whether an input or output of four axes is an image with its channels first, as far as
   * the file says: those that Fovea writes are, but for those marked.
   */
  public Optional<Boolean> isImage(String port) {
    boolean marked =
        proto.getMetadataPropsList().stream()
            .anyMatch(e -> e.getKey().equals(ImportedNetwork.PLAIN + port));
    return proto.getProducerName().equals(FOVEA) ? Optional.of(!marked) : Optional.empty();
  }

  public ModelProto proto() {
    return proto;
  }

  public GraphProto graph() {
    return proto.getGraph();
  }

  public Tensors tensors() {
    return tensors;
  }

  /** Returns the versions of the operators of the graph. */
  public Opsets opsets() {
    return opsets;
  }

  /** Returns the inputs that a user gives: those that no initializer provides. */
  public List<ValueInfoProto> given() {
    return given;
  }

  /** Returns what the file says about the inputs that a user gives. */
  public List<Input> inputs() {
    return given.stream().map(OnnxModel::input).toList();
  }

  /** Returns the batch that the file is written for, or 0 if it is free or the inputs differ. */
  public int batch() {
    int batch = 0;
    for (ValueInfoProto in : given) {
      List<Integer> dims = extents(in.getType().getTensorType());
      int first = dims.isEmpty() ? 0 : Math.max(dims.get(0), 0);
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
    return new Input(v.getName(), DataType.of(t.getElemType()), t.hasShape(), extents(t));
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
  public static Description.Slot slot(ValueInfoProto v) {
    TypeProto.Tensor t = v.getType().getTensorType();
    return new Description.Slot(
        v.getName(), t.hasShape() ? Optional.of(extents(t)) : Optional.empty());
  }

  /** Returns how often each operator is used, those of inner graphs included. */
  public Map<String, Integer> operatorCounts() {
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
        a.getGraphsList().forEach(g -> visit(g.getNodeList(), visitor));
      }
    }
  }

  /** Returns the function of the file that a node of this key calls, or null. */
  public @Nullable FunctionProto function(String key) {
    return functions.get(key);
  }

  /** Returns the operators that are not among those known, each with all nodes that need it. */
  public Missing missing(Set<String> known) {
    Missing missing = new Missing();
    Consumer<NodeProto> collect =
        n -> {
          String key = key(n);
          if (!functions.containsKey(key) && !known.contains(key)) {
            boolean named = !n.getName().isEmpty() || n.getOutputCount() == 0;
            missing.add(key, named ? n.getName() : n.getOutput(0));
          }
        };
    visit(graph().getNodeList(), collect);
    proto.getFunctionsList().forEach(f -> visit(f.getNodeList(), collect));
    return missing;
  }
}
