package dev.fovea.formats.onnx;

import com.google.protobuf.ByteString;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node of a graph: an operator with attributes and the names of its operands. */
final class Node {
  private final NodeProto proto;
  private final int opset;
  private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();

  /**
   * Creates a node.
   *
   * @param proto what the file says
   * @param opset the version of the operators of the node's domain
   */
  Node(NodeProto proto, int opset) {
    this.proto = proto;
    this.opset = opset;
    proto.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
  }

  String type() {
    return proto.getOpType();
  }

  /** Returns the key of the operator: the type, after the domain unless it is ONNX's own. */
  String key() {
    return key(proto.getDomain(), type());
  }

  static String key(String domain, String type) {
    return domain.isEmpty() || domain.equals("ai.onnx") ? type : domain + ":" + type;
  }

  /** Returns what the node is called in messages: its name, or the name of its first result. */
  String title() {
    String name = proto.getName();
    if (name.isEmpty()) {
      name = outputs().isEmpty() ? "?" : outputs().get(0);
    }
    return type() + " " + name;
  }

  List<String> inputs() {
    return proto.getInputList();
  }

  List<String> outputs() {
    return proto.getOutputList();
  }

  /** Returns whether result {@code i} has a name and so may be used. */
  boolean hasOutput(int i) {
    return i < outputs().size() && !outputs().get(i).isEmpty();
  }

  /** Returns the attributes as they stand in the file. */
  java.util.Collection<AttributeProto> attributes() {
    return attributes.values();
  }

  int opset() {
    return opset;
  }

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  long integer(String name, long otherwise) {
    AttributeProto a = attributes.get(name);
    return a == null ? otherwise : a.getI();
  }

  /** Returns a whole number of 32 bits. */
  int small(String name, int otherwise) {
    long value = integer(name, otherwise);
    if (value != (int) value) {
      throw new FormatException("attribute " + name + " is too large: " + value);
    }
    return (int) value;
  }

  boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  float number(String name, double otherwise) {
    AttributeProto a = attributes.get(name);
    return a == null ? (float) otherwise : a.getF();
  }

  String text(String name, String otherwise) {
    AttributeProto a = attributes.get(name);
    return a == null ? otherwise : a.getS().toStringUtf8();
  }

  List<String> texts(String name) {
    AttributeProto a = attributes.get(name);
    return a == null
        ? List.of()
        : a.getStringsList().stream().map(ByteString::toStringUtf8).toList();
  }

  List<Float> numbers(String name) {
    AttributeProto a = attributes.get(name);
    return a == null ? List.of() : a.getFloatsList();
  }

  /** Returns whole numbers, those beyond 32 bits cut off; null if there is no such attribute. */
  int @Nullable [] integers(String name) {
    AttributeProto a = attributes.get(name);
    return a == null
        ? null
        : a.getIntsList().stream()
            .mapToInt(l -> Math.clamp(l, Integer.MIN_VALUE, Integer.MAX_VALUE))
            .toArray();
  }

  int[] integers(String name, int... otherwise) {
    int[] found = integers(name);
    return found == null ? otherwise : found;
  }

  @Nullable TensorProto tensor(String name) {
    AttributeProto a = attributes.get(name);
    return a == null || !a.hasT() ? null : a.getT();
  }

  GraphProto graph(String name) {
    AttributeProto a = attributes.get(name);
    if (a == null || !a.hasG()) {
      throw new FormatException("has no graph " + name);
    }
    return a.getG();
  }
}
