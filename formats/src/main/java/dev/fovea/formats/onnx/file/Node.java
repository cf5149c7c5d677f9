package dev.fovea.formats.onnx.file;

import com.google.protobuf.ByteString;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.SparseTensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node of a graph: an operator with attributes and the names of its operands. */
public final class Node {
  private final NodeProto proto;
  private final int opset;
  private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();

  /**
   * Creates a node.
   *
   * @param proto what the file says
   * @param opset the version of the operators of the node's domain
   */
  public Node(NodeProto proto, int opset) {
    this.proto = proto;
    this.opset = opset;
    proto.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
  }

  public String type() {
    return proto.getOpType();
  }

  /** Returns the key of the operator: the type, after the domain unless it is ONNX's own. */
  public String key() {
    return key(proto.getDomain(), type());
  }

  public static String key(String domain, String type) {
    return domain.isEmpty() || domain.equals("ai.onnx") ? type : domain + ":" + type;
  }

  /** Refuses nodes that choose among functions of one name. */
  public void requireNoOverload() {
    if (!proto.getOverload().isEmpty()) {
      throw new FormatException("overload " + proto.getOverload() + " is not supported");
    }
  }

  /** Returns what the node is called in messages: its name, or the name of its first result. */
  public String title() {
    String name = proto.getName();
    if (name.isEmpty()) {
      name = outputs().isEmpty() ? "?" : outputs().get(0);
    }
    return type() + " " + name;
  }

  public List<String> inputs() {
    return proto.getInputList();
  }

  public List<String> outputs() {
    return proto.getOutputList();
  }

  /** Returns whether result {@code i} has a name and so may be used. */
  public boolean hasOutput(int i) {
    return i < outputs().size() && !outputs().get(i).isEmpty();
  }

  /** Returns the attributes as they stand in the file. */
  public java.util.Collection<AttributeProto> attributes() {
    return attributes.values();
  }

  public int opset() {
    return opset;
  }

  public boolean has(String name) {
    return attributes.containsKey(name);
  }

  public long integer(String name, long otherwise) {
    AttributeProto a = attributes.get(name);
    return a == null ? otherwise : a.getI();
  }

  /** Returns a whole number of 32 bits. */
  public int small(String name, int otherwise) {
    long value = integer(name, otherwise);
    if (value != (int) value) {
      throw new FormatException("attribute " + name + " is too large: " + value);
    }
    return (int) value;
  }

  public boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  public float number(String name, double otherwise) {
    AttributeProto a = attributes.get(name);
    return a == null ? (float) otherwise : a.getF();
  }

  public String text(String name, String otherwise) {
    AttributeProto a = attributes.get(name);
    return a == null ? otherwise : a.getS().toStringUtf8();
  }

  public List<String> texts(String name) {
    AttributeProto a = attributes.get(name);
    return a == null
        ? List.of()
        : a.getStringsList().stream().map(ByteString::toStringUtf8).toList();
  }

  public List<Float> numbers(String name) {
    AttributeProto a = attributes.get(name);
    return a == null ? List.of() : a.getFloatsList();
  }

  /** Returns whole numbers, those beyond 32 bits cut off; null if there is no such attribute. */
  public int @Nullable [] integers(String name) {
    AttributeProto a = attributes.get(name);
    return a == null
        ? null
        : a.getIntsList().stream()
            .mapToInt(l -> Math.clamp(l, Integer.MIN_VALUE, Integer.MAX_VALUE))
            .toArray();
  }

  public int[] integers(String name, int... otherwise) {
    int[] found = integers(name);
    return found == null ? otherwise : found;
  }

  public @Nullable TensorProto tensor(String name) {
    AttributeProto a = attributes.get(name);
    return a == null || !a.hasT() ? null : a.getT();
  }

  public @Nullable SparseTensorProto sparse(String name) {
    AttributeProto a = attributes.get(name);
    return a == null || !a.hasSparseTensor() ? null : a.getSparseTensor();
  }

  public GraphProto graph(String name) {
    AttributeProto a = attributes.get(name);
    if (a == null || !a.hasG()) {
      throw new FormatException("has no graph " + name);
    }
    return a.getG();
  }
}
