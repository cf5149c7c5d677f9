package dev.fovea.serve;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.formats.Port;
import dev.fovea.io.Json;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.serve.batch.Batching;
import dev.fovea.serve.protocol.InferReply;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests to a server of its own, for models that take no time, before the first request of a
 * client. The JVM compiles a method once it has been called some thousand times: with a model that
 * takes 30 ms, what lies between network and model would be compiled beside requests, which wait
 * for the processor, for minutes.
 */
final class Rehearsal {
  /** So many requests of each kind compile what they call. */
  static final int ROUNDS = 6_000;

  private static final Port VECTOR = Port.plain("vector", Shape.of(16));

  /** Too long for the thread of the connection. */
  private static final Port PICTURE = Port.image("picture", Shape.of(96, 80, 3));

  private Rehearsal() {}

  /**
   * Asks so often, but only for so long.
   *
   * @return how often it has asked; 0 if it cannot, as on a machine without loopback
   */
  static int play(int rounds, Duration atMost) {
    long until = System.nanoTime() + atMost.toNanos();
    ServerOptions options = ServerOptions.usual().warmUp(Duration.ZERO);
    try (RunningServer server = new RunningServer(options, Optional.empty())) {
      server.put(served(VECTOR, dense(1)));
      server.put(served(PICTURE, sequence(globalAvgPool(), dense(1))));
      server.ready();
      return ask(server.port(), rounds, until);
    } catch (IOException | FoveaException e) {
      System.getLogger("dev.fovea.serve")
          .log(System.Logger.Level.DEBUG, "no request was rehearsed", e);
      return 0;
    }
  }

  private static ServedModel served(Port input, Layer layer) {
    Model model = Model.build(layer, input.sample(), Seed.of(0));
    List<Port> outputs = List.of(Port.plain("output", model.outputs().getFirst()));
    return new ServedModel(input.name(), 1, model, List.of(input), outputs, Batching.usual());
  }

  private static int ask(int port, int rounds, long until) throws IOException {
    List<byte[]> requests =
        List.of(request(VECTOR, false), request(VECTOR, true), request(PICTURE, true));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      int asked = 0;
      for (; asked < rounds && System.nanoTime() - until < 0; asked++) {
        for (byte[] request : requests) {
          out.write(request);
          skipAnswer(in);
        }
      }
      return asked;
    }
  }

  private static byte[] request(Port input, boolean binary) {
    List<Object> shape = new ArrayList<>(List.of(1));
    for (int d : input.fileSample().dims()) {
      shape.add(d);
    }
    int size = binary ? Float.BYTES * input.sample().elements() : 0;
    Map<String, Object> tensor = new LinkedHashMap<>();
    tensor.put("name", input.name());
    tensor.put("shape", shape);
    tensor.put("datatype", "FP32");
    if (binary) {
      tensor.put("parameters", Map.of("binary_data_size", size));
    } else {
      tensor.put("data", Collections.nCopies(input.sample().elements(), 0.5f));
    }
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("id", "1");
    asked.put("inputs", List.of(tensor));
    asked.put("parameters", Map.of("binary_data_output", binary));
    byte[] json = Json.write(asked).getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v2/models/%s/infer HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\nContent-Length: %s\r\n\r\n"
            .formatted(
                input.name(),
                InferReply.LENGTH,
                Integer.toString(json.length),
                Integer.toString(json.length + size));
    byte[] first = head.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(first.length + json.length + size).put(first).put(json).array();
  }

  /** Reads an answer, whose length is told, to its end. */
  private static void skipAnswer(InputStream in) throws IOException {
    String status = line(in);
    if (!status.equals("HTTP/1.1 200 OK")) {
      throw new IOException("the answer is \"" + status + "\"");
    }
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("content-length: ")) {
        length = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
      }
    }
    in.skipNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
