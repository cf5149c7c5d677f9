package dev.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Requests of Triton's Python client as they came over a socket, in the resources {@code triton}.
 *
 * <p>Paths, headers and bodies were made by the functions of {@code tritonclient.http} of the
 * repository triton-inference-server/client (file {@code _client.py} of commit 06344ca, {@code
 * _utils.py} of 03a0aac, {@code _infer_input.py} of 06344ca, {@code _requested_output.py} of
 * 36d6b34), typed from that source without docstrings and without what is not used here, such as
 * the branches for texts, bfloat16 and shared memory. Python's {@code http.client} and {@code json}
 * without spaces took the places of geventhttpclient and rapidjson. Inputs are [[1, 2, 3], [4, 5,
 * 6]].
 */
final class TritonClientTest {
  private static final List<Double> OUTPUT = List.of(3.0, 5.0, 7.0, 9.0, 11.0, 13.0);

  private final ServedModel model = ServedModel.of("double", new Gate().model());
  private final RunningServer server =
      Server.of(model)
          .options(ServerOptions.usual().warmUp(Duration.ZERO))
          .loader((name, version) -> model)
          .start();

  @AfterEach
  void close() {
    server.close();
  }

  /** An answer: the line of the status with the headers, and the content. */
  private record Answer(String head, ByteBuffer content) {
    String text() {
      return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
    }

    List<Object> outputs() {
      return Json.array(
          Json.member(Json.parseObject(text(), "answer"), "outputs", "answer"), "outputs");
    }
  }

  /** Sends what was recorded and reads until the server closes, which it is told to do. */
  private Answer replay(String name) throws IOException {
    try (InputStream recorded =
            Objects.requireNonNull(
                TritonClientTest.class.getResourceAsStream("triton/" + name + ".http"), name);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(recorded.readAllBytes());
      socket
          .getOutputStream()
          .write("GET /v2 HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] all = socket.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      int body = text.indexOf("\r\n\r\n") + 4;
      String head = text.substring(0, body);
      int length = Integer.parseInt(header(head, "content-length"));
      assertThat(text.substring(body + length)).startsWith("HTTP/1.1 200");
      return new Answer(head, ByteBuffer.wrap(all, body, length).slice());
    }
  }

  private static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  private Answer succeeds(String name) throws IOException {
    Answer answer = replay(name);
    assertThat(answer.head()).as("%s: %s", name, answer.text()).startsWith("HTTP/1.1 200 OK\r\n");
    return answer;
  }

  @Test
  void tellsOfItself() throws IOException {
    assertThat(succeeds("live").text()).isEmpty();
    assertThat(succeeds("ready").text()).isEmpty();
    assertThat(succeeds("model-ready").text()).isEmpty();
    assertThat(succeeds("server-metadata").text()).contains("\"binary_tensor_data\"");
    assertThat(succeeds("model-metadata").text()).contains("\"shape\":[-1,3]");
    assertThat(succeeds("model-config").text()).contains("\"name\":\"double\"");
  }

  @Test
  void infers() throws IOException {
    assertThat(data(succeeds("infer-json"))).isEqualTo(OUTPUT);
    for (String binary :
        List.of("infer-binary", "infer-binary-output", "infer-gzip", "infer-deflate")) {
      Answer answer = succeeds(binary);
      int json = Integer.parseInt(header(answer.head(), "inference-header-content-length"));
      ByteBuffer values = answer.content().position(json).slice().order(ByteOrder.LITTLE_ENDIAN);
      assertThat(values.remaining()).as(binary).isEqualTo(Float.BYTES * OUTPUT.size());
      for (double x : OUTPUT) {
        assertThat(values.getFloat()).as(binary).isEqualTo((float) x);
      }
    }
  }

  private static Object data(Answer answer) {
    return Json.member(Json.object(answer.outputs().get(0), "output"), "data", "output");
  }

  @Test
  void keepsTheRepository() throws IOException {
    assertThat(succeeds("index").text()).contains("\"state\":\"READY\"");
    assertThat(succeeds("load").text()).isEmpty();
    assertThat(data(succeeds("infer-json"))).isEqualTo(OUTPUT);
    assertThat(succeeds("unload").text()).isEmpty();
    assertThat(succeeds("index").text()).isEqualTo("[]");
    assertThat(replay("infer-json").head()).startsWith("HTTP/1.1 404");
  }
}
