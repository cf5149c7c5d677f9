package dev.fovea.bench;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.io.Json;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What clients of a server send, and what must be answered. */
final class ServeWork {
  private static final String PATH = "/v2/models/" + ServeChild.NAME + "/infer";
  private static final double TOLERANCE = 2e-3;

  private final byte[] values;
  private final byte[] json;
  private final Shape shape;
  private final float[] expected;

  private ServeWork(Shape shape, byte[] json, byte[] values, float... expected) {
    this.shape = shape;
    this.json = json;
    this.values = values;
    this.expected = expected;
  }

  /** Returns one request for the network in a file. */
  static ServeWork of(Path file, int seed) {
    ImportedNetwork network = Formats.read(file, Optional.empty());
    Port in = network.inputs().get(0);
    Rng random = Seed.of(seed).rng();
    Tensor input = Tensor.zeros(in.fileSample().prepend(1));
    for (int i = 0; i < input.data().length; i++) {
      input.data()[i] = random.nextFloat();
    }
    Tensor output = network.model(Engine.shared()).run(in.fromFile(input));
    String name = in.name();
    List<Integer> shape = new ArrayList<>();
    for (int d : input.shape().dims()) {
      shape.add(d);
    }
    Map<String, Object> described =
        Map.of(
            "name",
            name,
            "shape",
            shape,
            "datatype",
            "FP32",
            "parameters",
            Map.of("binary_data_size", 4 * input.data().length));
    Map<String, Object> request =
        Map.of("inputs", List.of(described), "parameters", Map.of("binary_data_output", true));
    byte[] json = Json.write(request).getBytes(StandardCharsets.UTF_8);
    return new ServeWork(
        input.shape(), json, bytes(input.data()), network.outputs().get(0).toFile(output).data());
  }

  /** Returns the shape of what is sent, the batch axis included. */
  Shape shape() {
    return shape;
  }

  private static byte[] bytes(float... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
  }

  /** Returns clients that send tensors as the Open Inference Protocol wants them. */
  HttpLoad inProtocol(int port) {
    return inProtocol(port, this::isRight);
  }

  /** Returns such clients that take other answers for right, too. */
  HttpLoad inProtocol(int port, Predicate<byte[]> right) {
    return new HttpLoad(port, PATH, headers(), body(), right);
  }

  /** Returns a whole request in the protocol, with its headers. */
  byte[] request(int port) {
    return HttpLoad.request(port, PATH, headers(), body());
  }

  /** Returns clients that send the values alone. */
  HttpLoad plain(int port) {
    return new HttpLoad(
        port, "/infer", Map.of("Content-Type", "application/octet-stream"), values, this::isRight);
  }

  private Map<String, String> headers() {
    return Map.of("Inference-Header-Content-Length", Integer.toString(json.length));
  }

  private byte[] body() {
    return ByteBuffer.allocate(json.length + values.length).put(json).put(values).array();
  }

  /** Returns whether an answer ends with the values that are expected. */
  boolean isRight(byte[] answer) {
    int size = 4 * expected.length;
    if (answer.length < size) {
      return false;
    }
    ByteBuffer told = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < expected.length; i++) {
      float x = told.getFloat(answer.length - size + 4 * i);
      if (!(Math.abs(x - expected[i]) <= TOLERANCE * Math.max(1, Math.abs(expected[i])))) {
        return false;
      }
    }
    return true;
  }
}
