package dev.fovea.formats.onnx.file;

import com.google.protobuf.ByteString;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto.AttributeType;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.SparseTensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One node of a graph: an operator with attributes and the names of its operands. */
public final class Node {
  /**
   * Attributes that change no result of a network that is run: hints for memory and for gradients
   * of old versions ({@code consumed_inputs}, {@code is_test}), the seed of a Dropout, and the
   * precision of steps in between, which is that of floats at least.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("consumed_inputs", "is_test", "seed", "stash_type", "softmax_precision");

  private final NodeProto proto;
  private final int opset;
  private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();

  /** The attributes that nobody has asked for; operators may ask while they run, on any thread. */
  private final Set<String> unread = ConcurrentHashMap.newKeySet();

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
    unread.addAll(attributes.keySet());
    unread.removeAll(WITHOUT_EFFECT);
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

  /** Refuses nodes that choose among functions of one name, or that have an attribute twice. */
  public void requireUnambiguous() {
    if (!proto.getOverload().isEmpty()) {
      throw new FormatException("overload " + proto.getOverload() + " is not supported");
    }
    Set<String> seen = new HashSet<>();
    for (AttributeProto a : proto.getAttributeList()) {
      if (!seen.add(a.getName())) {
        throw new FormatException("has attribute " + a.getName() + " twice");
      }
    }
  }

  /** Refuses attributes that nobody has asked for: they would be passed over. */
  public void requireAllRead() {
    if (!unread.isEmpty()) {
      List<String> names = attributes.keySet().stream().filter(unread::contains).toList();
      throw new FormatException(
          names.size() == 1
              ? "attribute " + names.get(0) + " is not supported"
              : "attributes " + String.join(", ", names) + " are not supported");
    }
  }

  /** Says that an operator obeys attributes which it asks for only where they matter. */
  public void obeys(String... names) {
    unread.removeAll(List.of(names));
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

  /** Returns whether an attribute is a text. */
  public boolean isText(String name) {
    AttributeProto a = attributes.get(name);
    return a != null && (a.getType() == AttributeType.STRING || a.hasS());
  }

  /** Returns the attributes as they stand in the file. */
  public java.util.Collection<AttributeProto> attributes() {
    return attributes.values();
  }

  public int opset() {
    return opset;
  }

  private @Nullable AttributeProto find(String name) {
    AttributeProto a = attributes.get(name);
    if (a != null) {
      unread.remove(name);
    }
    return a;
  }

  /** Returns an attribute of a type; files of the first versions leave the type out. */
  private @Nullable AttributeProto find(String name, AttributeType type) {
    AttributeProto a = find(name);
    if (a != null && a.getType() != AttributeType.UNDEFINED && a.getType() != type) {
      throw new FormatException(
          "attribute " + name + " must be of type " + type + ", got " + a.getType());
    }
    return a;
  }

  public boolean has(String name) {
    return find(name) != null;
  }

  public long integer(String name, long otherwise) {
    AttributeProto a = find(name, AttributeType.INT);
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
    AttributeProto a = find(name, AttributeType.FLOAT);
    return a == null ? (float) otherwise : a.getF();
  }

  public String text(String name, String otherwise) {
    AttributeProto a = find(name, AttributeType.STRING);
    return a == null ? otherwise : a.getS().toStringUtf8();
  }

  public List<String> texts(String name) {
    AttributeProto a = find(name, AttributeType.STRINGS);
    return a == null
        ? List.of()
        : a.getStringsList().stream().map(ByteString::toStringUtf8).toList();
  }

  public List<Float> numbers(String name) {
    AttributeProto a = find(name, AttributeType.FLOATS);
    return a == null ? List.of() : a.getFloatsList();
  }

  /** Returns whole numbers, those beyond 32 bits cut off; null if there is no such attribute. */
  public int @Nullable [] integers(String name) {
    AttributeProto a = find(name, AttributeType.INTS);
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
    AttributeProto a = find(name, AttributeType.TENSOR);
    return a == null || !a.hasT() ? null : a.getT();
  }

  public @Nullable SparseTensorProto sparse(String name) {
    AttributeProto a = find(name, AttributeType.SPARSE_TENSOR);
    return a == null || !a.hasSparseTensor() ? null : a.getSparseTensor();
  }

  public GraphProto graph(String name) {
    AttributeProto a = find(name, AttributeType.GRAPH);
    if (a == null || !a.hasG()) {
      throw new FormatException("has no graph " + name);
    }
    return a.getG();
  }
}
