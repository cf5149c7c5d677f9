package dev.fovea.serve.protocol;

import dev.fovea.formats.Port;
import dev.fovea.io.Json;
import dev.fovea.serve.http.Reply;
import dev.fovea.serve.protocol.InferRequest.WantedOutput;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Writes the answers of the Open Inference Protocol. */
public final class InferReply {
  /** The header that says how long the JSON before the bytes is. */
  public static final String LENGTH = "Inference-Header-Content-Length";

  private final InferRequest request;
  private final Ports ports;
  private final Supplier<List<String>> labels;

  /**
   * Creates what writes the answer to a request.
   *
   * @param labels tells the labels of the model's classes; none if it has none
   */
  public InferReply(InferRequest request, Ports ports, Supplier<List<String>> labels) {
    this.request = request;
    this.ports = ports;
    this.labels = labels;
  }

  /** Returns how many bytes of memory the outputs of the network and their answer may take. */
  public long memory() {
    int samples = request.inputs().get(0).shape().dim(0);
    return new AnswerMemory(ports, labels).bytes(request.outputs(), samples);
  }

  /** Values that are sent as bytes. */
  private record Behind(int size, Consumer<ByteBuffer> values) {
    static Behind of(float... numbers) {
      return new Behind(
          Float.BYTES * numbers.length,
          to -> {
            to.asFloatBuffer().put(numbers);
            to.position(to.position() + Float.BYTES * numbers.length);
          });
    }

    /** Each text stands behind its length; none is kept, for there may be very many. */
    static Behind of(List<String> texts) {
      int size = texts.stream().mapToInt(t -> Integer.BYTES + bytes(t).length).sum();
      return new Behind(size, to -> texts.forEach(t -> to.putInt(bytes(t).length).put(bytes(t))));
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Numbers as a list that takes no memory of its own. */
  private static final class Numbers extends AbstractList<Float> {
    private final float[] data;

    Numbers(float... data) {
      this.data = data;
    }

    @Override
    public Float get(int i) {
      return data[i];
    }

    @Override
    public int size() {
      return data.length;
    }
  }

  /**
   * Returns the answer.
   *
   * @param outputs all outputs of the network
   * @throws FoveaException if a number is not finite and asked for as JSON, which has no such
   *     numbers
   */
  public Reply write(String model, String version, List<Tensor> outputs) {
    List<Object> described = new ArrayList<>();
    List<Behind> binary = new ArrayList<>();
    for (WantedOutput w : request.outputs()) {
      Port port = ports.outputs().get(w.number());
      Tensor values = port.toFile(outputs.get(w.number()));
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", port.name());
      Optional<Behind> bytes =
          w.classes() > 0 ? classes(one, w, values) : values(one, w, port, values);
      bytes.ifPresent(b -> {
        one.put("parameters", Map.of("binary_data_size", b.size()));
        binary.add(b);
      });
      described.add(one);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_name", model);
    json.put("model_version", version);
    request.id().ifPresent(id -> json.put("id", id));
    json.put("outputs", described);
    return binary.isEmpty() ? Reply.json(json) : withBytes(json, binary);
  }

  /** Describes values and puts them there as numbers, or returns them to be sent as bytes. */
  private static Optional<Behind> values(
      Map<String, Object> one, WantedOutput w, Port port, Tensor values) {
    one.put("datatype", DataType.FP32.name());
    one.put("shape", Ports.shape(values.shape().dim(0), port));
    if (w.binary()) {
      return Optional.of(Behind.of(values.data()));
    }
    one.put("data", new Numbers(finite(port, values)));
    return Optional.empty();
  }

  /** Does the same with the names of the highest values. */
  private Optional<Behind> classes(Map<String, Object> one, WantedOutput w, Tensor values) {
    List<String> names = new TopClasses(w.classes(), labels.get()).names(values);
    int samples = values.shape().dim(0);
    one.put("datatype", "BYTES");
    one.put("shape", List.of(samples, names.size() / samples));
    if (w.binary()) {
      return Optional.of(Behind.of(names));
    }
    one.put("data", names);
    return Optional.empty();
  }

  private static float[] finite(Port port, Tensor values) {
    for (float x : values.data()) {
      if (!Float.isFinite(x)) {
        throw new FoveaException(
            "output \"%s\": has a number that is not finite, which JSON cannot say; ask for binary_data"
                .formatted(port.name()));
      }
    }
    return values.data();
  }

  private static Reply withBytes(Map<String, Object> json, List<Behind> binary) {
    byte[] head = Json.write(json).getBytes(StandardCharsets.UTF_8);
    int bytes = binary.stream().mapToInt(Behind::size).sum();
    ByteBuffer all = ByteBuffer.allocate(head.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
    all.put(head);
    binary.forEach(b -> b.values().accept(all));
    return Reply.of(200, "application/octet-stream", all.array())
        .with(LENGTH, Integer.toString(head.length));
  }
}
