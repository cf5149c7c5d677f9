package dev.fovea.formats.onnx.export;

import com.google.protobuf.ByteString;
import dev.fovea.engine.graph.Graph;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.nn.Model;
import dev.fovea.op.Scan;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes and weights that values become, in two batches at once: extents that differ between
 * them are made of the batch.
 *
 * <p>A value is written with its axes in whatever order its operator has them in ONNX; an order
 * that another operator needs is made by a transposition only then.
 */
public final class ExportGraph {
  static final int OPSET = 17;
  static final int BATCH = 2;
  static final int OTHER_BATCH = 3;

  /**
   * Where a value lies in the file.
   *
   * @param name the name of the tensor
   * @param order axis {@code i} of the tensor is axis {@code order[i]} of the value
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Place(String name, int[] order) {}

  /** A fixed tensor in some form. */
  private record Form(Value value, List<Integer> dims, List<Integer> order) {}

  private final Model model;
  private final List<Value> values;
  private final Map<Value, Value> twins = new IdentityHashMap<>();
  private final Map<Value, Integer> uses;
  private final Set<Value> needed;
  private final Map<Value, Place> places = new IdentityHashMap<>();
  private final Map<Value, List<String>> scanned = new IdentityHashMap<>();
  private final @Nullable ExportGraph outer;
  private final Map<Form, String> forms;
  private final Set<String> names;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> initializers;
  private final ExportForms quantized;
  private final Map<Value, Place> casts = new IdentityHashMap<>();
  private int fresh;

  /** Whether the op being written takes whole numbers of 8 bits as they are. */
  private boolean whole;

  ExportGraph(Model model, List<Value> outputs, List<Value> others) {
    this(model, null, outputs, others);
  }

  private ExportGraph(
      Model model, @Nullable ExportGraph outer, List<Value> outputs, List<Value> others) {
    this.model = model;
    this.outer = outer;
    this.forms = outer == null ? new HashMap<>() : outer.forms;
    this.names = outer == null ? new HashSet<>() : outer.names;
    this.initializers = outer == null ? new ArrayList<>() : outer.initializers;
    this.values = Graph.topological(outputs);
    List<Value> twin = Graph.topological(others);
    if (values.size() != twin.size()) {
      throw new FoveaException("the network computes differently for another batch");
    }
    for (int i = 0; i < values.size(); i++) {
      twins.put(values.get(i), twin.get(i));
    }
    this.uses = new IdentityHashMap<>();
    values.forEach(v -> v.inputs().forEach(in -> uses.merge(in, 1, Integer::sum)));
    outputs.forEach(v -> uses.merge(v, 1, Integer::sum));
    this.quantized = new ExportForms(values);
    this.needed = quantized.needed(outputs);
  }

  /**
   * Returns a graph within this one, which sees its tensors: the step of a scan.
   *
   * @param scan a value of this graph
   */
  ExportGraph step(Value scan) {
    Value twin = twins.get(scan);
    if (twin == null || !(twin.op() instanceof Scan other) || !(scan.op() instanceof Scan own)) {
      throw new FoveaException("the network computes differently for another batch");
    }
    return new ExportGraph(model, this, own.body().results(), other.body().results());
  }

  /** Returns the names of a scan's results. */
  List<String> scanned(Value scan) {
    return scanned.getOrDefault(scan, List.of());
  }

  /** Adds a node with a name for each of a scan's results. */
  void scan(Value scan, List<String> inputs, List<String> results, AttributeProto... attributes) {
    nodes.add(
        NodeProto.newBuilder()
            .setOpType("Scan")
            .setName(name("Scan"))
            .addAllInput(inputs)
            .addAllOutput(results)
            .addAllAttribute(List.of(attributes))
            .build());
    scanned.put(scan, List.copyOf(results));
  }

  List<NodeProto> nodes() {
    return nodes;
  }

  List<TensorProto> initializers() {
    return initializers;
  }

  void given(Value input, String name, int[] order) {
    place(input, new Place(name, order));
  }

  /** Returns the name of an input, whose first axis is the batch. */
  String firstInput() {
    if (outer != null) {
      return outer.firstInput();
    }
    return values.stream()
        .filter(v -> v.op() instanceof Source.Input)
        .map(v -> placed(v).name)
        .findFirst()
        .orElseThrow();
  }

  public void place(Value v, Place place) {
    places.put(v, place);
  }

  /** Writes all values that are computed. */
  void emit() {
    Set<String> unknown = new TreeSet<>();
    ExportOperators operators = new ExportOperators(this);
    ExportQuantized grids = new ExportQuantized(this, operators, quantized);
    for (Value v : values) {
      boolean open = needed.contains(v) && !places.containsKey(v) && !isFixed(v);
      if (open && !operators.isAbsorbed(v, uses)) {
        if (!grids.write(v) && !written(v, operators)) {
          unknown.add(v.op().name());
          place(v, new Place("?", Index.range(v.shape().rank())));
        }
      }
    }
    if (!unknown.isEmpty()) {
      throw new FoveaException("has no form in ONNX for " + String.join(", ", unknown));
    }
  }

  private boolean written(Value v, ExportOperators operators) {
    whole = quantized.isWhole(v);
    boolean known = operators.write(v);
    whole = false;
    return known;
  }

  static boolean isFixed(Value v) {
    return v.op() instanceof Source.Parameter || v.op() instanceof Source.Constant;
  }

  int uses(Value v) {
    return uses.getOrDefault(v, 0);
  }

  /** Returns all values in the order in which they are computed. */
  List<Value> values() {
    return values;
  }

  /** Returns how many times the batch an extent is; 0 where it does not depend on the batch. */
  int batches(Value v, int axis) {
    Value twin = twins.get(v);
    int n = v.shape().dim(axis);
    if (twin == null || twin.shape().dim(axis) == n) {
      return 0;
    }
    if (n % BATCH != 0 || twin.shape().dim(axis) != n / BATCH * OTHER_BATCH) {
      throw new FoveaException(
          "axis " + axis + " of " + v + " depends on the batch in no simple way");
    }
    return n / BATCH;
  }

  /** Returns the tensor of a value with its axes in an order. */
  public String in(Value v, int... order) {
    if (isFixed(v)) {
      return initializer(v, v.shape(), order, false);
    }
    return moved(placed(v), order);
  }

  /** Returns a tensor with its axes in an order. */
  public String moved(Place p, int... order) {
    if (Arrays.equals(p.order, order)) {
      return p.name;
    }
    int[] inverse = Index.inverse(p.order);
    long[] perm = Arrays.stream(order).mapToLong(a -> inverse[a]).toArray();
    return node("Transpose", List.of(p.name), ints("perm", perm));
  }

  /** Returns where a value lies, as numbers of the type that the op being written takes. */
  Place placed(Value v) {
    Place p = held(v);
    if (whole || !quantized.isWhole(v)) {
      return p;
    }
    return casts.computeIfAbsent(
        v,
        _ ->
            new Place(
                node("Cast", List.of(p.name), integer("to", DataType.FLOAT.code())), p.order));
  }

  /** Returns where a value lies, as numbers of whatever type. */
  public Place held(Value v) {
    Place p = places.get(v);
    if (p == null) {
      throw new IllegalStateException("not written yet: " + v);
    }
    return p;
  }

  /** Returns a value with as many axes as another one, in that one's order, for broadcasting. */
  String beside(Value v, int[] order) {
    int lead = order.length - v.shape().rank();
    if (isFixed(v)) {
      int[] dims = new int[order.length];
      Arrays.fill(dims, 1);
      System.arraycopy(v.shape().dims(), 0, dims, lead, v.shape().rank());
      return initializer(v, Shape.of(dims), order, true);
    }
    if (lead == 0) {
      return in(v, order);
    }
    String plain = in(v, Index.range(v.shape().rank()));
    String wide = node("Unsqueeze", List.of(plain, longs(Index.range(lead))));
    return moved(new Place(wide, Index.range(order.length)), order);
  }

  /**
   * Returns the weight of a fixed value in some shape and order; to broadcast, without axes of 1 in
   * front.
   */
  private String initializer(Value v, Shape shape, int[] order, boolean broadcast) {
    int[] dims = Arrays.stream(order).map(shape::dim).toArray();
    int first = 0;
    while (broadcast && first < dims.length && dims[first] == 1) {
      first++;
    }
    int[] kept = Arrays.copyOfRange(dims, first, dims.length);
    Form form =
        new Form(
            v,
            Arrays.stream(kept).boxed().toList(),
            Arrays.stream(order).boxed().filter(a -> shape.dim(a) > 1).toList());
    return forms.computeIfAbsent(
        form, _ -> tensor(nameOf(v), Shape.of(kept), tensorOf(v).reshape(shape), order));
  }

  private static String nameOf(Value v) {
    return v.op() instanceof Source.Parameter p ? p.name() : "constant";
  }

  private Tensor tensorOf(Value v) {
    return v.op() instanceof Source.Constant c ? c.tensor() : model.parameters().tensor(nameOf(v));
  }

  private String tensor(String name, Shape kept, Tensor t, int[] order) {
    float[] source = t.data();
    HostTensor host = new HostTensor(DataType.FLOAT, t.shape(), i -> source[i]);
    float[] data = host.floats(order);
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, data.length));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(data);
    String free = name(name);
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(free)
            .setDataType(DataType.FLOAT.code())
            .setRawData(ByteString.copyFrom(bytes));
    Arrays.stream(kept.dims()).forEach(proto::addDims);
    initializers.add(proto.build());
    return free;
  }

  /** Returns a weight made of an array, such as the matrix of an interpolation. */
  public String floats(Shape shape, float... data) {
    return tensor("constant", shape, Tensor.of(shape, data), Index.range(shape.rank()));
  }

  /** Returns a weight of whole numbers, such as of 8 bits, its axes in an order. */
  public String wholes(String name, DataType type, HostTensor numbers, int... order) {
    Shape shape = Shape.of(Arrays.stream(order).map(numbers.shape()::dim).toArray());
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(type.bytes(numbers.size())))
            .order(ByteOrder.LITTLE_ENDIAN);
    numbers.visit(
        order,
        (_, x) -> {
          if (type == DataType.INT32) {
            bytes.putInt((int) Math.rint(x));
          } else {
            bytes.put((byte) (int) x);
          }
        });
    String free = name(name);
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(free)
            .setDataType(type.code())
            .setRawData(ByteString.copyFrom(bytes.flip()));
    Arrays.stream(shape.dims()).forEach(proto::addDims);
    initializers.add(proto.build());
    return free;
  }

  /** Returns a constant list of whole numbers. */
  String longs(int... numbers) {
    String name = name("numbers");
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64.code())
            .addDims(numbers.length);
    Arrays.stream(numbers).forEach(proto::addInt64Data);
    initializers.add(proto.build());
    return name;
  }

  /** Returns a name that no tensor has yet: the wanted one or one that begins with it. */
  String name(String wanted) {
    String name = wanted;
    while (!names.add(name)) {
      name = wanted + "_" + ++fresh;
    }
    return name;
  }

  /** Adds a node of one result; returns the result's name. */
  public String node(String type, List<String> inputs, AttributeProto... attributes) {
    String result = name("value_" + nodes.size());
    add(type, inputs, List.of(result), attributes);
    return result;
  }

  /** Adds a node of two results; returns the second one's name. */
  String second(String type, List<String> inputs, AttributeProto... attributes) {
    String first = name("value_" + nodes.size());
    String second = name("value_" + nodes.size());
    add(type, inputs, List.of(first, second), attributes);
    return second;
  }

  private void add(
      String type, List<String> inputs, List<String> results, AttributeProto... attributes) {
    nodes.add(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(type + "_" + nodes.size())
            .addAllInput(inputs)
            .addAllOutput(results)
            .addAllAttribute(List.of(attributes))
            .build());
  }

  /** Gives a value in some order a name of its own: an output. */
  void named(Value v, int[] order, String name) {
    add("Identity", List.of(in(v, order)), List.of(name));
  }

  public static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder a =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(a::addInts);
    return a.build();
  }

  public static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  public static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  public static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }
}
