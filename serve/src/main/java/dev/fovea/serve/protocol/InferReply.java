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

/** Writes the answers of the Open Inference Protocol. */
public final class InferReply {
  /** The header that says how long the JSON before the bytes is. */
  public static final String LENGTH = "Inference-Header-Content-Length";

  private final InferRequest request;
  private final Ports ports;

  /** Creates what writes the answer to a request. */
  public InferReply(InferRequest request, Ports ports) {
    this.request = request;
    this.ports = ports;
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
    List<float[]> binary = new ArrayList<>();
    for (WantedOutput w : request.outputs()) {
      Port port = ports.outputs().get(w.number());
      Tensor values = port.toFile(outputs.get(w.number()));
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", port.name());
      one.put("datatype", DataType.FP32.name());
      one.put("shape", Ports.shape(values.shape().dim(0), port));
      if (w.binary()) {
        one.put("parameters", Map.of("binary_data_size", Float.BYTES * values.data().length));
        binary.add(values.data());
      } else {
        one.put("data", new Numbers(finite(port, values)));
      }
      described.add(one);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_name", model);
    json.put("model_version", version);
    request.id().ifPresent(id -> json.put("id", id));
    json.put("outputs", described);
    return binary.isEmpty() ? Reply.json(json) : withBytes(json, binary);
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

  private static Reply withBytes(Map<String, Object> json, List<float[]> binary) {
    byte[] head = Json.write(json).getBytes(StandardCharsets.UTF_8);
    int bytes = binary.stream().mapToInt(b -> Float.BYTES * b.length).sum();
    ByteBuffer all = ByteBuffer.allocate(head.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
    all.put(head);
    for (float[] b : binary) {
      all.asFloatBuffer().put(b);
      all.position(all.position() + Float.BYTES * b.length);
    }
    return Reply.of(200, "application/octet-stream", all.array())
        .with(LENGTH, Integer.toString(head.length));
  }
}
