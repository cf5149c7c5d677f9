package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.tflite.OnnxTarget.Setting;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Tells a file as a graph of ONNX.
 *
 * <p>Tensors keep their axes' order N, H, W, C; windows stand between two transpositions, which
 * cost nothing when the graph is read. A tensor of whole numbers that stand for real ones becomes
 * the pair {@code QuantizeLinear}, {@code DequantizeLinear} behind the operator on real numbers
 * that computes it. The first axis is the batch, which is free where the file has 1.
 */
final class Translation {
  private final TfliteFile file;
  private final OnnxTarget target = new OnnxTarget();

  /** The constants by number, those that an operator makes of others included. */
  private final Map<Integer, TfliteTensor> constants = new HashMap<>();

  /** The names of the real numbers that tensors stand for. */
  private final Map<Integer, String> real = new HashMap<>();

  /** The names of weights by number and order of axes. */
  private final Map<String, String> weights = new HashMap<>();

  /** What comes out, by number: operators may put other tensors in place of theirs. */
  private final Map<Integer, List<Integer>> instead = new HashMap<>();

  private boolean detects;

  private Translation(TfliteFile file) {
    this.file = file;
    for (int i = 0; i < file.tensors().size(); i++) {
      if (tensor(i).data().isPresent()) {
        constants.put(i, tensor(i));
      }
    }
  }

  /**
   * Returns a file as a graph of ONNX, all of whose operators must be {@linkplain
   * TfliteOperators#missing known}.
   */
  static ModelProto of(TfliteFile file) {
    Translation t = new Translation(file);
    t.inputs();
    for (TfliteNode node : file.nodes()) {
      try {
        TfliteOperators.of(node).translate(new TfliteCall(t, node));
      } catch (FormatException e) {
        throw new FormatException(node.label() + ": " + e.getMessage(), e);
      } catch (IndexOutOfBoundsException e) {
        throw new FormatException(node.label() + ": damaged: " + TfliteFile.OUTSIDE, e);
      }
    }
    t.outputs();
    return t.target.model(OnnxModel.FOVEA);
  }

  OnnxTarget target() {
    return target;
  }

  TfliteTensor tensor(int number) {
    return constants.getOrDefault(number, file.tensors().get(number));
  }

  boolean isConstant(int number) {
    return constants.containsKey(number);
  }

  private void inputs() {
    for (int number : file.inputs()) {
      TfliteTensor t = tensor(number);
      if (real.containsKey(number) || isConstant(number)) {
        throw new FormatException("input " + t.name() + " is named twice or a constant");
      }
      int[] dims = t.free().clone();
      if (dims.length > 0 && dims[0] == 1) {
        dims[0] = -1;
      }
      plain("input", target.inputs(), t);
      String name = target.unique(t.name());
      target.input(name, t.isRounded() ? DataType.FLOAT : t.type().onnx(), dims);
      real.put(number, t.isRounded() ? rounded(name, t) : name);
    }
  }

  private void outputs() {
    for (int number : file.outputs()) {
      for (int shown : instead.getOrDefault(number, List.of(number))) {
        plain("output", target.outputs(), tensor(shown));
        target.output(real(shown));
      }
    }
  }

  /** Notes that the file tells boxes; returns whether it is the first time. */
  boolean detects() {
    boolean first = !detects;
    detects = true;
    return first;
  }

  /** Counts bytes that are made of the file. */
  void take(long bytes) {
    file.bytes().take(bytes);
  }

  /** Returns height and width of the pictures that the file takes. */
  int[] pictureSides() {
    if (file.inputs().length == 1 && tensor(file.inputs()[0]).rank() == 4) {
      TfliteTensor t = tensor(file.inputs()[0]);
      return new int[] {t.extent(1), t.extent(2)};
    }
    throw new FormatException("one picture as input expected");
  }

  /** Four axes are not an image's of ONNX, channels first. */
  private void plain(String kind, int index, TfliteTensor t) {
    if (t.rank() == 4) {
      target.text(ImportedNetwork.PLAIN + kind + index, "yes");
    }
  }

  /** Shows other tensors where the results of a node would come out: all of them at its first. */
  void showInstead(TfliteNode node, List<Integer> others) {
    for (int i = 0; i < node.outputs().length; i++) {
      instead.put(node.outputs()[i], i == 0 ? others : List.of());
    }
  }

  /** Returns the name of the real numbers that a tensor stands for. */
  String real(int number) {
    String name = real.get(number);
    if (name == null) {
      TfliteTensor t = constants.get(number);
      if (t == null) {
        throw new FormatException(tensor(number).name() + " is used before it is computed");
      }
      name = weight(number, range(t.rank()));
      real.put(number, name);
    }
    return name;
  }

  /** Takes a name for the result of an operator, rounded as the file says. */
  void define(int number, String result) {
    TfliteTensor t = tensor(number);
    if (real.containsKey(number) || constants.containsKey(number)) {
      throw new FormatException(t.name() + " is computed twice");
    }
    if (!t.isRounded()) {
      real.put(number, target.renamed(result, t.name()));
      return;
    }
    real.put(number, target.renamed(rounded(result, t), t.name()));
  }

  /** Returns real numbers as those that the whole ones of a tensor can stand for. */
  private String rounded(String name, TfliteTensor t) {
    List<String> scale = scale(t);
    List<String> inputs = List.of(name, scale.get(0), scale.get(1));
    return dequantized(target.node("QuantizeLinear", inputs, axis(t, 0)), t, 0);
  }

  /** Takes the elements of a constant for the result of an operator. */
  void alias(int number, TfliteTensor constant) {
    constants.put(number, tensor(number).of(constant));
  }

  private String dequantized(String name, TfliteTensor t, int axis) {
    List<String> scale = scale(t);
    return target.node(
        "DequantizeLinear", List.of(name, scale.get(0), scale.get(1)), axis(t, axis));
  }

  private static Setting axis(TfliteTensor t, int axis) {
    return Setting.of("axis", t.rounding().orElseThrow().isSingle() ? 0L : axis);
  }

  /** Returns the names of the scales and zeros of a tensor. */
  private List<String> scale(TfliteTensor t) {
    Rounding r = t.rounding().orElseThrow();
    int n = r.scales().length;
    file.bytes().take((long) n * Double.BYTES);
    int[] dims = r.isSingle() ? new int[0] : new int[] {n};
    ByteBuffer scales = OnnxTarget.buffer(Float.BYTES * n);
    ByteBuffer zeros = OnnxTarget.buffer(t.type().bytes() * n);
    for (int i = 0; i < n; i++) {
      scales.putFloat(r.scale(i));
      put(zeros, t, r.zero(i));
    }
    return List.of(
        target.constant(t.name() + "/scale", DataType.FLOAT, dims, scales.flip()),
        target.constant(t.name() + "/zero", t.type().onnx(), dims, zeros.flip()));
  }

  private static void put(ByteBuffer to, TfliteTensor t, long zero) {
    DataType type = t.type().onnx();
    if (zero < type.least() || zero > type.greatest()) {
      throw new FormatException("%s: a zero of %s for %s".formatted(t.name(), zero, t.type()));
    }
    switch (t.type().bytes()) {
      case Byte.BYTES -> to.put((byte) zero);
      case Short.BYTES -> to.putShort((short) zero);
      case Integer.BYTES -> to.putInt((int) zero);
      default -> to.putLong(zero);
    }
  }

  /**
   * Returns the name of the real numbers of a tensor with its axes in another order.
   *
   * @param order axis i of the result is axis {@code order[i]} of the tensor
   */
  String weight(int number, int... order) {
    TfliteTensor t = constants.get(number);
    boolean same = Arrays.equals(order, range(order.length));
    if (t == null) {
      String name = real(number);
      return same ? name : target.node("Transpose", List.of(name), Setting.of("perm", order));
    }
    if (order.length != t.rank()) {
      throw new FormatException(
          "%s: %s axes expected, got %s"
              .formatted(t.name(), order.length, Arrays.toString(t.shape())));
    }
    String key = number + Arrays.toString(order);
    String known = weights.get(key);
    if (known == null) {
      known = made(t, order, same);
      weights.put(key, known);
    }
    return known;
  }

  private String made(TfliteTensor t, int[] order, boolean same) {
    int[] dims = Arrays.stream(order).map(a -> t.shape()[a]).toArray();
    ByteBuffer data = same ? t.data().orElseThrow() : turned(t, order);
    String name = target.constant(t.name(), t.type().onnx(), dims, data);
    if (t.isRounded()) {
      int axis = t.rounding().orElseThrow().axis();
      return dequantized(name, t, Arrays.stream(order).boxed().toList().indexOf(axis));
    }
    boolean small = t.type() == ElementType.FLOAT16 || t.type() == ElementType.BFLOAT16;
    return small
        ? target.node("Cast", List.of(name), Setting.of("to", DataType.FLOAT.code()))
        : name;
  }

  /** Returns the elements with their axes in another order. */
  private ByteBuffer turned(TfliteTensor t, int[] order) {
    int each = t.type().bytes();
    ByteBuffer from = t.data().orElseThrow();
    file.bytes().take(from.remaining());
    ByteBuffer to = OnnxTarget.buffer(from.remaining());
    int[] at = new int[order.length];
    int[] strides = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      strides[i] = (int) TfliteTensor.size(t.shape(), order[i] + 1) * each;
    }
    int place = 0;
    while (to.hasRemaining()) {
      to.put(to.position(), from, place, each).position(to.position() + each);
      for (int a = order.length - 1; a >= 0; a--) {
        place += strides[a];
        if (++at[a] < t.shape()[order[a]]) {
          break;
        }
        place -= strides[a] * at[a];
        at[a] = 0;
      }
    }
    return to.flip();
  }

  static int[] range(int n) {
    return IntStream.range(0, n).toArray();
  }
}
