package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.io.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A parsed file of TensorFlow Lite: its first graph. The numbers of fields are those of the schema,
 * version 3.
 *
 * @param description what the tool that wrote it says
 * @param tensors the tensors, which others refer to by their places
 * @param inputs the numbers of the tensors that a user gives
 * @param outputs the numbers of the tensors that come out
 * @param nodes the operators in the order in which they are computed
 * @param bytes the size of the file, with what is made of it still to be taken from its root
 * @param parts the buffers of the file that have names, such as its metadata
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TfliteFile(
    String description,
    List<TfliteTensor> tensors,
    int[] inputs,
    int[] outputs,
    List<TfliteNode> nodes,
    FlatTable bytes,
    Map<String, ByteBuffer> parts) {
  /** What stands in the file after its first four bytes. */
  static final String MARK = "TFL3";

  /** What messages say of a damaged file. */
  static final String OUTSIDE = "it refers to places outside of itself";

  private static final int VERSION = 3;
  private static final int MOST_AXES = 8;
  private static final int LONGEST_NAME = 1000;
  private static final int LEAST_BYTES = 16;

  /**
   * Reads a file.
   *
   * @throws FormatException if it is damaged
   */
  static TfliteFile read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new FormatException("larger than 2 GB, the most that FlatBuffers hold");
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      return parsed(bytes.order(ByteOrder.LITTLE_ENDIAN));
    } catch (IndexOutOfBoundsException e) {
      throw new FormatException("damaged: " + OUTSIDE, e);
    }
  }

  private static TfliteFile parsed(ByteBuffer bytes) {
    if (bytes.limit() < LEAST_BYTES) {
      throw new FormatException("cut off after " + bytes.limit() + " bytes");
    }
    FlatTable model = FlatTable.root(bytes);
    if (model.integer(0, 0) != VERSION) {
      throw new FormatException(
          "is of version %s, read is version %s".formatted(model.integer(0, 0), VERSION));
    }
    List<String> operators = model.each(1, i -> "operator " + i, (t, i) -> operator(t));
    List<ByteBuffer> buffers = model.each(4, i -> "buffer " + i, (t, i) -> buffer(t));
    List<TfliteFile> graphs =
        model.each(
            2,
            i -> "graph " + i,
            (t, i) -> i > 0 ? none(model) : graph(t, model, operators, buffers));
    if (graphs.isEmpty()) {
      throw new FormatException("has no graph");
    }
    return graphs.get(0).described(name(model.text(3)), parts(model, buffers));
  }

  private TfliteFile described(String text, Map<String, ByteBuffer> named) {
    return new TfliteFile(text, tensors, inputs, outputs, nodes, bytes, named);
  }

  private static TfliteFile none(FlatTable model) {
    return new TfliteFile("", List.of(), new int[0], new int[0], List.of(), model, Map.of());
  }

  private static TfliteFile graph(
      FlatTable graph, FlatTable model, List<String> operators, List<ByteBuffer> buffers) {
    List<TfliteTensor> tensors = graph.each(0, i -> "tensor " + i, (t, i) -> tensor(t, buffers));
    int count = tensors.size();
    return new TfliteFile(
        "",
        tensors,
        within(graph.integers(1), 0, count),
        within(graph.integers(2), 0, count),
        graph.each(3, i -> "operator " + i, (t, i) -> node(t, i, operators, count)),
        model,
        Map.of());
  }

  private static Map<String, ByteBuffer> parts(FlatTable model, List<ByteBuffer> buffers) {
    Map<String, ByteBuffer> named = new HashMap<>();
    model.each(
        6,
        i -> "metadata " + i,
        (t, i) -> named.put(name(t.text(0)), item(buffers, t.integer(1, 0), "buffer")));
    return Map.copyOf(named);
  }

  /** The first field has one byte; greater numbers stand in the last one only. */
  private static String operator(FlatTable t) {
    int code = Math.max(t.small(0, 0), t.integer(3, 0));
    return code == OperatorNames.CUSTOM ? name(t.text(1)) : OperatorNames.of(code);
  }

  private static ByteBuffer buffer(FlatTable t) {
    if (t.has(1) || t.has(2)) {
      throw new FormatException("lies outside of the FlatBuffer, which is not read");
    }
    return t.bytes(0);
  }

  private static TfliteTensor tensor(FlatTable t, List<ByteBuffer> buffers) {
    int[] shape = t.integers(0);
    ElementType type = ElementType.of(t.small(1, 0));
    ByteBuffer data = item(buffers, t.integer(2, 0), "buffer");
    String name = name(t.text(3));
    if (t.has(6)) {
      throw new FormatException(name + ": tensors that leave out zeros are not read");
    }
    if (shape.length > MOST_AXES || Arrays.stream(shape).anyMatch(n -> n < 0)) {
      throw new FormatException(name + ": impossible shape " + Arrays.toString(shape));
    }
    int[] free = t.integers(7);
    TfliteTensor tensor =
        new TfliteTensor(
            name,
            type,
            shape,
            free.length == shape.length ? free : shape,
            data.hasRemaining() && !t.flag(5) ? Optional.of(data) : Optional.empty(),
            t.table(4).flatMap(q -> rounding(q, name, shape)));
    requireWhole(tensor);
    return tensor;
  }

  private static void requireWhole(TfliteTensor t) {
    long wanted =
        Math.multiplyExact(
            t.size(), (long) Math.max(t.data().isPresent() ? t.type().bytes() : 0, 0));
    if (t.data().isPresent() && t.data().get().remaining() != wanted) {
      throw new FormatException(
          "%s: %s bytes for %s of %s, which are %s"
              .formatted(
                  t.name(),
                  t.data().get().remaining(),
                  t.type(),
                  Arrays.toString(t.shape()),
                  wanted));
    }
  }

  private static Optional<Rounding> rounding(FlatTable q, String name, int[] shape) {
    float[] scales = q.numbers(2);
    long[] zeros = q.longs(3);
    int axis = q.integer(6, 0);
    if (q.has(5)) {
      throw new FormatException(name + ": a rounding of one's own is not read");
    }
    if (scales.length == 0) {
      return Optional.empty();
    }
    boolean fits =
        scales.length == 1 || (axis >= 0 && axis < shape.length && shape[axis] == scales.length);
    if (!fits || (zeros.length > 1 && zeros.length != scales.length)) {
      throw new FormatException(
          "%s: %s scales and %s zeros do not fit axis %s of %s"
              .formatted(name, scales.length, zeros.length, axis, Arrays.toString(shape)));
    }
    for (float s : scales) {
      if (!(s >= 0 && s < Float.POSITIVE_INFINITY)) {
        throw new FormatException(name + ": a scale is " + s);
      }
    }
    return Optional.of(new Rounding(scales, zeros.length == 0 ? new long[1] : zeros, axis));
  }

  private static TfliteNode node(FlatTable t, int index, List<String> operators, int tensors) {
    return new TfliteNode(
        index,
        item(operators, t.integer(0, 0), "operator"),
        within(t.integers(1), -1, tensors),
        within(t.integers(2), 0, tensors),
        t.has(12) ? t.table(12) : t.table(4),
        t.bytes(5));
  }

  private static <T> T item(List<T> all, int index, String what) {
    if (index < 0 || index >= all.size()) {
      throw new FormatException(
          "refers to %s %s of %s".formatted(what, Integer.toUnsignedString(index), all.size()));
    }
    return all.get(index);
  }

  private static int[] within(int[] numbers, int least, int count) {
    for (int n : numbers) {
      if (n < least || n >= count) {
        throw new FormatException("refers to tensor %s of %s".formatted(n, count));
      }
    }
    return numbers;
  }

  private static String name(String text) {
    return Text.cut(Text.oneLine(text), LONGEST_NAME);
  }
}
