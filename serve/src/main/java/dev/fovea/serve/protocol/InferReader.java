package dev.fovea.serve.protocol;

import dev.fovea.formats.Port;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.serve.protocol.InferRequest.WantedOutput;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of the Open Inference Protocol, with values as JSON or, by its binary tensor
 * extension, as bytes behind the JSON, little-endian and in the order of the inputs. A body without
 * JSON is the bytes of the only input of a model ("raw binary request").
 */
public final class InferReader {
  /** Bytes that a number takes: once as it arrives, once in the order of the model. */
  private static final long NUMBER_BYTES = 2 * Float.BYTES;

  private static final String BINARY_SIZE = "binary_data_size";
  private static final String BINARY = "binary_data";
  private static final String ALL_BINARY = "binary_data_output";
  private static final String TIMEOUT = "timeout";
  private static final String CLASSES = "classification";

  /** Parameters that would change the answer, and that nothing here can do. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "sequence_id",
          "sequence_start",
          "sequence_end",
          "shared_memory_region",
          "shared_memory_offset",
          "shared_memory_byte_size");

  /** Values by which a parameter asks for nothing. */
  private static final Set<Object> NOTHING = Set.of(0L, false, "");

  private static final Duration LONGEST = Duration.ofDays(1);

  private final Ports ports;
  private final ByteBuffer values;
  private final LongConsumer memory;

  private InferReader(Ports ports, ByteBuffer values, LongConsumer memory) {
    this.ports = ports;
    this.values = values;
    this.memory = memory;
  }

  /**
   * Reads a request.
   *
   * @param body the JSON and the bytes behind it
   * @param jsonLength how long the JSON is; 0 if there is none
   * @param ports the inputs and outputs of the model
   * @param memory is told how many bytes the numbers behind the JSON will take before they are
   *     read; throws if those are too many
   * @throws FoveaException if it is not of the protocol or does not suit the model
   */
  public static InferRequest read(byte[] body, int jsonLength, Ports ports, LongConsumer memory) {
    if (jsonLength < 0 || jsonLength > body.length) {
      throw new FoveaException(
          "request: JSON of %s bytes announced, the body has %s"
              .formatted(jsonLength, body.length));
    }
    ByteBuffer rest =
        ByteBuffer.wrap(body, jsonLength, body.length - jsonLength)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    InferReader reader = new InferReader(ports, rest, memory);
    if (jsonLength == 0 && body.length > 0) {
      return reader.readRaw();
    }
    Map<String, Object> json =
        Json.parseObject(text(ByteBuffer.wrap(body, 0, jsonLength)), "request");
    InferRequest request = reader.read(json);
    if (rest.hasRemaining()) {
      throw new FoveaException(
          "request: %s bytes behind those of its inputs".formatted(rest.remaining()));
    }
    return request;
  }

  static String text(ByteBuffer bytes) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes);
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new FoveaException("request: its JSON is not UTF-8", e);
    }
  }

  /** Reads the bytes of the only input, of as many samples as they are; all outputs are wanted. */
  private InferRequest readRaw() {
    if (ports.inputs().size() != 1) {
      throw new FoveaException(
          "request: without JSON its bytes are the only input, the model takes %s"
              .formatted(ports.inputs().size()));
    }
    Port port = ports.inputs().get(0);
    String where = "input \"" + Text.shown(port.name()) + "\"";
    Shape sample = port.fileSample();
    int bytes = values.remaining();
    long each = (long) DataType.FP32.size() * sample.elements();
    if (each == 0 || bytes % each != 0) {
      throw new FoveaException(
          "%s: a multiple of %s bytes expected, for %s of %s, got %s"
              .formatted(where, each, sample.prepend(1).batched(), DataType.FP32, bytes));
    }
    Shape shape = sample.prepend((int) (bytes / each));
    requireBytes(shape, DataType.FP32, bytes, where);
    Tensor input = fromBytes(shape, DataType.FP32, port, where);
    return new InferRequest(Optional.empty(), List.of(input), outputs(true), Optional.empty());
  }

  /** Returns all outputs. */
  private List<WantedOutput> outputs(boolean binary) {
    return IntStream.range(0, ports.outputs().size())
        .mapToObj(i -> new WantedOutput(i, binary, 0))
        .toList();
  }

  private InferRequest read(Map<String, Object> json) {
    Map<String, Object> parameters = parameters(json, "request");
    Optional<String> id =
        Optional.ofNullable(json.get("id")).map(i -> Json.string(i, "request id"));
    List<Tensor> inputs = inputs(Json.array(Json.member(json, "inputs", "request"), "inputs"));
    boolean binary = flag(parameters, ALL_BINARY, "request");
    Object wanted = json.get("outputs");
    List<WantedOutput> outputs =
        wanted == null || Json.array(wanted, "outputs").isEmpty()
            ? outputs(binary)
            : Json.array(wanted, "outputs").stream().map(o -> wanted(o, binary)).toList();
    if (outputs.size() > ports.outputs().size()) {
      throw new FoveaException(
          "outputs: %s are asked for, the model has %s"
              .formatted(outputs.size(), ports.outputs().size()));
    }
    return new InferRequest(id, inputs, outputs, timeout(parameters));
  }

  /**
   * Returns the parameters. As with Triton, those that nobody knows change nothing; one that is
   * known to change the answer must not be ignored.
   */
  private static Map<String, Object> parameters(Map<String, Object> of, String where) {
    Object all = of.get("parameters");
    Map<String, Object> parameters =
        all == null ? Map.of() : Json.object(all, where + " parameters");
    parameters.forEach((name, value) -> {
      if (UNSUPPORTED.contains(name) && !NOTHING.contains(value)) {
        throw new FoveaException("%s: parameter \"%s\" is not supported".formatted(where, name));
      }
    });
    return parameters;
  }

  private static boolean flag(Map<String, Object> parameters, String name, String where) {
    Object value = parameters.getOrDefault(name, false);
    if (value instanceof Boolean b) {
      return b;
    }
    throw new FoveaException(
        "%s: parameter \"%s\": true or false expected, got %s"
            .formatted(where, name, Text.shown(Json.write(value))));
  }

  private static Optional<Duration> timeout(Map<String, Object> parameters) {
    Object value = parameters.get(TIMEOUT);
    if (value == null) {
      return Optional.empty();
    }
    long micros = Json.integer(value, "request: parameter timeout");
    if (micros < 0 || micros > LONGEST.toNanos() / 1_000) {
      throw new FoveaException(
          "request: parameter timeout: microseconds up to a day expected, got " + micros);
    }
    return micros == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(micros * 1_000));
  }

  private WantedOutput wanted(Object json, boolean binary) {
    Map<String, Object> output = Json.object(json, "output");
    String name = Json.string(Json.member(output, "name", "output"), "output name");
    String where = "output \"" + Text.shown(name) + "\"";
    Map<String, Object> parameters = parameters(output, where);
    boolean own = parameters.containsKey(BINARY) ? flag(parameters, BINARY, where) : binary;
    int number = Ports.find(ports.outputs(), name, "output");
    return new WantedOutput(number, own, classes(parameters, where));
  }

  private static int classes(Map<String, Object> parameters, String where) {
    Object value = parameters.getOrDefault(CLASSES, 0L);
    long classes = Json.integer(value, where + ": parameter " + CLASSES);
    if (classes < 0 || classes > Integer.MAX_VALUE) {
      throw new FoveaException(
          "%s: parameter %s: how many classes expected, got %s".formatted(where, CLASSES, classes));
    }
    return (int) classes;
  }

  private List<Tensor> inputs(List<Object> json) {
    if (json.size() != ports.inputs().size()) {
      throw new FoveaException(
          "inputs: the model takes %s, got %s".formatted(ports.inputs().size(), json.size()));
    }
    @Nullable Tensor[] inputs = new Tensor[json.size()];
    for (Object one : json) {
      Map<String, Object> input = Json.object(one, "input");
      String name = Json.string(Json.member(input, "name", "input"), "input name");
      int i = Ports.find(ports.inputs(), name, "input");
      if (inputs[i] != null) {
        throw new FoveaException("inputs: \"" + Text.shown(name) + "\" is given twice");
      }
      inputs[i] = input(input, ports.inputs().get(i));
    }
    List<Tensor> all = new ArrayList<>();
    for (Tensor t : inputs) {
      all.add(Objects.requireNonNull(t)); // as many different ones as there are
    }
    return all;
  }

  private Tensor input(Map<String, Object> input, Port port) {
    String where = "input \"" + Text.shown(port.name()) + "\"";
    Shape shape = shape(input, port, where);
    DataType type = DataType.of(Json.string(Json.member(input, "datatype", where), where), where);
    Map<String, Object> parameters = parameters(input, where);
    Object size = parameters.get(BINARY_SIZE);
    Object data = input.get("data");
    if ((size == null) == (data == null)) {
      throw new FoveaException(where + ": needs either data or the parameter binary_data_size");
    }
    if (size != null) {
      requireBytes(shape, type, Json.integer(size, where + " " + BINARY_SIZE), where);
      return fromBytes(shape, type, port, where);
    }
    float[] numbers = new NumberReader(shape, type, where).read(Objects.requireNonNull(data));
    return port.fromFile(Tensor.of(shape, numbers));
  }

  private static Shape shape(Map<String, Object> input, Port port, String where) {
    List<Object> json = Json.array(Json.member(input, "shape", where), where + " shape");
    Shape sample = port.fileSample();
    boolean fits = json.size() == sample.rank() + 1;
    for (int i = 0; fits && i < sample.rank(); i++) {
      fits = Json.integer(json.get(i + 1), where + " shape") == sample.dim(i);
    }
    long batch = fits ? Json.integer(json.get(0), where + " shape") : 0;
    if (batch < 1 || batch > Integer.MAX_VALUE / Math.max(1, sample.elements())) {
      throw new FoveaException(
          "%s: shape %s expected, got %s"
              .formatted(where, sample.prepend(1).batched(), Text.shown(Json.write(json))));
    }
    return sample.prepend((int) batch);
  }

  private void requireBytes(Shape shape, DataType type, long size, String where) {
    if (size != (long) shape.elements() * type.size() || size > values.remaining()) {
      throw new FoveaException(
          "%s: %s bytes for %s of %s, got binary_data_size %s with %s bytes left in the body"
              .formatted(
                  where,
                  (long) shape.elements() * type.size(),
                  shape,
                  type,
                  size,
                  values.remaining()));
    }
    memory.accept(NUMBER_BYTES * shape.elements());
  }

  private Tensor fromBytes(Shape shape, DataType type, Port port, String where) {
    float[] numbers;
    if (type == DataType.FP32) {
      FloatBuffer floats = floats(shape.elements());
      if (ChannelsFirst.is(port)) {
        return ChannelsFirst.read(floats, shape);
      }
      numbers = new float[shape.elements()];
      floats.get(numbers);
    } else {
      numbers = new float[shape.elements()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = number(type, i, where);
      }
    }
    return port.fromFile(Tensor.of(shape, numbers));
  }

  /** Takes so many values that are floats. */
  private FloatBuffer floats(int count) {
    FloatBuffer floats = values.asFloatBuffer().slice(0, count);
    values.position(values.position() + Float.BYTES * count);
    return floats;
  }

  /** Reads a number, which may be infinite or none at all where its type has such. */
  private float number(DataType type, int i, String where) {
    int at = values.position();
    float number = type.read(values);
    if (!type.takes(number)) {
      if (type == DataType.BOOL) {
        throw type.wrong(where, (long) number, i);
      }
      if (type == DataType.FP64 && Double.isFinite(values.getDouble(at))) {
        throw type.wrong(where, values.getDouble(at), i);
      }
    }
    return number;
  }
}
