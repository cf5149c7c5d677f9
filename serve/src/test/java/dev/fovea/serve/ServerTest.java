package dev.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.io.Json;
import dev.fovea.serve.Asking.Answered;
import dev.fovea.serve.batch.Batching;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ServerTest {
  private static final String INFER = "/v2/models/double/infer";
  private static final String SIMPLE =
      "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[1,2,3]}]}";

  /** The same for a client that waits for 20 milliseconds. */
  private static final String HURRIED =
      "{\"parameters\":{\"timeout\":20000}," + SIMPLE.substring(1);

  private static final String ENDING = "the server is ending";

  private final Gate gate = new Gate();
  private final StringWriter log = new StringWriter();
  private final ServerOptions options =
      ServerOptions.usual().warmUp(Duration.ZERO).accessLog(log).maxBody(100_000);

  /** Requests wait a moment for others, so that a closed gate holds no thread of the server. */
  private final Batching batching = Batching.usual().maxDelay(Duration.ofNanos(1));

  private final ServedModel model = ServedModel.of("double", gate.model()).batching(batching);
  private RunningServer server = Server.of(model).options(options).start();
  private Asking ask = new Asking(server.address());

  /** Warming up has passed the gate. */
  @BeforeEach
  void forget() {
    gate.forget();
  }

  @AfterEach
  void close() {
    gate.open();
    server.close();
  }

  private void restart(Server other) {
    server.close();
    server = other.start();
    ask = new Asking(server.address());
    gate.forget();
  }

  private static Object output(Answered answer) {
    Map<String, Object> output =
        Json.object(
            Json.array(Json.member(answer.json(), "outputs", "answer"), "outputs").get(0),
            "output");
    return output.getOrDefault("data", "");
  }

  @Test
  void tellsOfItselfAndItsModels() throws IOException {
    assertThat(ask.get("/v2").text())
        .isEqualTo(
            "{\"name\":\"fovea\",\"version\":\"development\",\"extensions\":[\"binary_tensor_data\",\"classification\",\"model_repository\"]}");
    assertThat(ask.get("/v2/health/live").status()).isEqualTo(200);
    assertThat(ask.get("/v2/health/ready").status()).isEqualTo(200);
    assertThat(ask.get("/v2/models/double/ready").status()).isEqualTo(200);
    assertThat(ask.get("/v2/models/double/versions/1").text())
        .isEqualTo(
            "{\"name\":\"double\",\"versions\":[\"1\"],\"platform\":\"fovea\",\"inputs\":[{\"name\":\"input\","
                + "\"datatype\":\"FP32\",\"shape\":[-1,3]}],\"outputs\":[{\"name\":\"output\",\"datatype\":\"FP32\","
                + "\"shape\":[-1,3]}]}");
    assertThat(ask.get("/v2/models/double/config").json())
        .containsEntry("max_batch_size", 16L)
        .containsEntry("name", "double");
    assertThat(ask.post("/v2/repository/index", "").text())
        .isEqualTo("[{\"name\":\"double\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
  }

  @Test
  void answersJsonWithJson() throws IOException {
    Answered answer = ask.post(INFER, SIMPLE.replace("{\"inputs", "{\"id\":\"a7\",\"inputs"));
    assertThat(answer.text())
        .isEqualTo(
            "{\"model_name\":\"double\",\"model_version\":\"1\",\"id\":\"a7\",\"outputs\":[{\"name\":\"output\","
                + "\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[3.0,5.0,7.0]}]}");
    assertThat(answer.header("content-type")).isEqualTo("application/json");
  }

  @Test
  void answersBytesWithBytes() throws IOException {
    Tensor input = Gate.input(2, 10);
    String json =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[2,3],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":24}}],"
            + "\"outputs\":[{\"name\":\"output\",\"parameters\":{\"binary_data\":true}}]}";
    ByteBuffer body =
        ByteBuffer.allocate(json.length() + 24)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(json.getBytes(StandardCharsets.UTF_8));
    for (float x : input.data()) {
      body.putFloat(x);
    }
    Answered answer =
        ask.post(
            INFER,
            body.array(),
            "Inference-Header-Content-Length",
            Integer.toString(json.length()));
    int head = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
    ByteBuffer bytes = ByteBuffer.wrap(answer.response().body()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new String(bytes.array(), 0, head, StandardCharsets.UTF_8))
        .endsWith("\"shape\":[2,3],\"parameters\":{\"binary_data_size\":24}}]}");
    float[] numbers = new float[6];
    bytes.position(head).asFloatBuffer();
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    assertThat(numbers).containsExactly(Gate.expected(input));
  }

  /** What is sent and answered without a word about it (a "raw binary request" of Triton's). */
  @Test
  void answersBytesAlone() throws IOException {
    ByteBuffer body = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    body.asFloatBuffer().put(new float[] {1, 2, 3});
    Answered answer = ask.post(INFER, body.array(), "Inference-Header-Content-Length", "0");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("\"shape\":[1,3],\"parameters\":{\"binary_data_size\":12}");
  }

  @Test
  void namesTheHighestClasses() throws IOException {
    String json = SIMPLE.substring(0, SIMPLE.length() - 1);
    String top = ",\"outputs\":[{\"name\":\"output\",\"parameters\":{\"classification\":2%s}}]}";
    assertThat(ask.post(INFER, json + top.formatted("")).text())
        .endsWith(
            "[{\"name\":\"output\",\"datatype\":\"BYTES\",\"shape\":[1,2],"
                + "\"data\":[\"7.0:2\",\"5.0:1\"]}]}");
    Answered bytes = ask.post(INFER, json + top.formatted(",\"binary_data\":true"));
    assertThat(bytes.text())
        .contains("\"shape\":[1,2],\"parameters\":{\"binary_data_size\":18}")
        .endsWith("\u0005\0\0\0" + "7.0:2" + "\u0005\0\0\0" + "5.0:1");
    refuses(
        ask.post(INFER, json + top.formatted("").replace("2}", "true}")),
        400,
        "output \"output\": parameter classification");
  }

  @Test
  void compressesLongAnswersForThoseWhoAccept() throws IOException {
    String numbers = "1,2,3" + ",1,2,3".repeat(199);
    String asked = SIMPLE.replace("[1,3]", "[200,3]").replace("1,2,3]}", numbers + "]}");
    Answered plain = ask.post(INFER, asked);
    assertThat(plain.header("Content-Encoding")).isEmpty();
    Answered packed = ask.post(INFER, asked, "Accept-Encoding", "gzip");
    assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
    byte[] content = packed.response().body();
    assertThat(packed.header("Content-Length")).isEqualTo(Integer.toString(content.length));
    assertThat(content).hasSizeLessThan(plain.response().body().length / 4);
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.response().body());
    }
    assertThat(ask.post(INFER, SIMPLE, "Accept-Encoding", "gzip").header("Content-Encoding"))
        .as("a short answer")
        .isEmpty();
  }

  @Test
  void readsCompressedRequests() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(SIMPLE.getBytes(StandardCharsets.UTF_8));
    }
    Answered answer = ask.post(INFER, packed.toByteArray(), "Content-Encoding", "gzip");
    assertThat(output(answer)).isEqualTo(List.of(3.0, 5.0, 7.0));
    assertThat(ask.post(INFER, SIMPLE, "Content-Encoding", "gzip").status()).isEqualTo(400);
    assertThat(ask.post(INFER, SIMPLE, "Content-Encoding", "br").status()).isEqualTo(415);
    byte[] half = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
    refuses(ask.post(INFER, half, "Content-Encoding", "gzip"), 400, "body: gzip ends too early");
    refuses(
        ask.post(INFER, "", "Content-Encoding", "deflate"), 400, "body: deflate ends too early");
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bomb)) {
      out.write(new byte[10_000_000]);
    }
    assertThat(ask.post(INFER, bomb.toByteArray(), "Content-Encoding", "gzip").status())
        .isEqualTo(413);
  }

  private void refuses(Answered answer, int status, String error) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(Json.member(answer.json(), "error", "answer").toString()).startsWith(error);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    refuses(ask.post(INFER, "{"), 400, "request: not valid JSON");
    refuses(
        ask.post(INFER, "\u00ff".getBytes(StandardCharsets.ISO_8859_1)),
        400,
        "request: its JSON is not UTF-8");
    refuses(ask.post(INFER, "x".repeat(100_001)), 413, "body: at most 100000 bytes are read");
    refuses(
        ask.post(INFER, SIMPLE, "Inference-Header-Content-Length", "x"),
        400,
        "Inference-Header-Content-Length: a number expected");
    Answered wrongMethod = ask.get(INFER);
    refuses(wrongMethod, 405, "POST expected, got GET");
    assertThat(wrongMethod.header("Allow")).isEqualTo("POST");
    assertThat(ask.post("/v2", "").header("Allow")).isEqualTo("GET, HEAD");
    refuses(
        ask.post("/v2/models/doubel/infer", SIMPLE),
        404,
        "model \"doubel\" is not served; did you mean double?");
    refuses(
        ask.post("/v2/models/double/versions/2/infer", SIMPLE),
        404,
        "model \"double\" has no version 2; known: 1");
    refuses(ask.get("/v2/models/double/versions/0"), 400, "version: a number from 1 expected");
    refuses(ask.get("/v3"), 404, "nothing is here");
    refuses(
        ask.post("/v1/predict/double", "x"),
        400,
        "the model does not say how pictures become inputs");
    refuses(
        ask.post("/v2/repository/models/double/load", "{}"),
        400,
        "load: this server was given models");
  }

  /** What is told as an error of the client's must not end the connection or the server. */
  @Test
  void aBrokenModelIsAnErrorOfTheServer() throws IOException {
    gate.broken(true);
    refuses(ask.post(INFER, SIMPLE), 500, "an error of the server's own");
    gate.broken(new AssertionError("wrong on purpose"));
    refuses(ask.post(INFER, SIMPLE), 500, "an error of the server's own");
    gate.broken(new OutOfMemoryError("full on purpose"));
    Answered full = ask.post(INFER, SIMPLE);
    refuses(full, 503, "not enough memory for this request at the moment");
    assertThat(full.header("Retry-After")).isEqualTo("1");
    gate.broken(false);
    assertThat(ask.post(INFER, SIMPLE).status()).isEqualTo(200);
  }

  /** Models that clients have read anew come one after the other, and only while it is ready. */
  @Test
  void oneModelIsLoadedAtATime() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<ServedModel> read = new CompletableFuture<>();
    restart(
        Server.of(model)
            .options(options)
            .loader((name, version) -> {
              begun.countDown();
              return read.join();
            }));
    String load = "/v2/repository/models/double/load";
    CompletableFuture<Answered> first = asking(load, "{}");
    begun.await();
    refuses(ask.post(load, "{}"), 503, "load: another model is being loaded");
    read.complete(model);
    assertThat(first.get().status()).isEqualTo(200);
    assertThat(ask.post(load, "{}").status()).isEqualTo(200);
    gate.forget(); // loading has passed it to warm up
    gate.close();
    CompletableFuture<Answered> taken = asking(INFER, SIMPLE);
    gate.await();
    Thread closing;
    try (OpenClient health = new OpenClient(server.port());
        OpenClient client = new OpenClient(server.port())) {
      assertThat(client.ask("GET", "/v2", "")).startsWith("HTTP/1.1 200"); // so it is taken
      closing = Thread.startVirtualThread(server::close);
      awaitEnding(health);
      assertThat(client.ask("POST", load, "{}")).startsWith("HTTP/1.1 503").contains(ENDING);
    }
    gate.open();
    assertThat(taken.get().status()).isEqualTo(200);
    closing.join();
    assertThatThrownBy(() -> server.put(model))
        .isInstanceOf(FoveaException.class)
        .hasMessage("the server is ending, it takes no more models");
  }

  @Test
  void aFullQueueIsToldWithWhenToComeAgain() throws Exception {
    restart(Server.of(model.batching(batching.maxBatch(1).maxQueue(1))).options(options));
    gate.close();
    CompletableFuture<Answered> first = asking(INFER, SIMPLE);
    gate.await();
    CompletableFuture<Answered> second = asking(INFER, SIMPLE);
    while (!ask.get("/metrics")
        .text()
        .contains("fovea_queue_samples{model=\"double\",version=\"1\"} 1")) {
      Thread.onSpinWait();
    }
    Answered refused = ask.post(INFER, SIMPLE);
    refuses(
        refused,
        503,
        "model double: batcher: the queue is full: the request has 1 sample, 1 waits, and at most 1"
            + " may wait");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    gate.open();
    assertThat(output(first.get())).isEqualTo(List.of(3.0, 5.0, 7.0));
    assertThat(output(second.get())).isEqualTo(List.of(3.0, 5.0, 7.0));
  }

  private CompletableFuture<Answered> asking(String path, String body) {
    CompletableFuture<Answered> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        answer.complete(ask.post(path, body));
      } catch (IOException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  @Test
  void aDeadlineOfTheClientIsKept() throws Exception {
    gate.close();
    CompletableFuture<Answered> first = asking(INFER, SIMPLE);
    gate.await();
    refuses(ask.post(INFER, HURRIED), 504, "model double: batcher: the request's time was over");
    gate.open();
    assertThat(first.get().status()).isEqualTo(200);
  }

  @Test
  void aReplacementFailsNoRequest() throws Exception {
    gate.close();
    CompletableFuture<Answered> taken = asking(INFER, SIMPLE);
    gate.await();
    Gate other = new Gate();
    Thread replacing =
        Thread.startVirtualThread(() -> server.put(ServedModel.of("double", other.model())));
    while (ask.post(INFER, HURRIED).status() != 200) { // 504 as long as the first is in its place
      Thread.onSpinWait();
    }
    gate.open();
    replacing.join();
    assertThat(output(taken.get())).isEqualTo(List.of(3.0, 5.0, 7.0));
    server.put(ServedModel.of("double", other.model()).version(3));
    assertThat(ask.post(INFER, SIMPLE).json()).containsEntry("model_version", "3");
    assertThat(ask.post("/v2/models/double/versions/1/infer", SIMPLE).json())
        .containsEntry("model_version", "1");
    assertThat(ask.post("/v2/repository/models/double/versions/3/unload", "{}").status())
        .isEqualTo(200);
    assertThat(ask.post(INFER, SIMPLE).json()).containsEntry("model_version", "1");
    server.put(ServedModel.of("int8", other.model()));
    server.remove("double", 1);
    refuses(ask.post(INFER, SIMPLE), 404, "model \"double\" was unloaded; known: int8");
    server.remove("int8", 1);
    refuses(ask.post(INFER, SIMPLE), 404, "model \"double\" was unloaded; no model is served");
  }

  /** What is warm already tells of itself; others may still come. */
  @Test
  void modelsThatAreLoadingAreNotMissing() throws IOException {
    server.close();
    List<Answered> answers = new ArrayList<>();
    server =
        Server.of(model)
            .options(options)
            .start(begun -> {
              Asking early = new Asking(begun.address());
              try {
                answers.add(early.get("/v2/models/double/ready"));
                answers.add(early.get("/v2/health/ready"));
                answers.add(early.post(INFER, SIMPLE));
                answers.add(early.get("/v2/models/other/ready"));
                answers.add(early.get("/v2/models/double/versions/2"));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    String loading = "the server is still loading its models";
    assertThat(answers.get(0).status()).isEqualTo(200);
    refuses(answers.get(1), 503, loading);
    refuses(answers.get(2), 503, loading);
    refuses(answers.get(3), 503, "model \"other\" is not loaded yet: " + loading);
    refuses(answers.get(4), 503, "model \"double\", version 2, is not loaded yet: " + loading);
    assertThat(answers.get(4).header("Retry-After")).isEqualTo("1");
    refuses(new Asking(server.address()).get("/v2/models/other"), 404, "model \"other\" is not");
  }

  @Test
  void theEndAnswersWhatWasTaken() throws Exception {
    gate.close();
    CompletableFuture<Answered> taken = asking(INFER, SIMPLE);
    gate.await();
    Thread closing;
    try (OpenClient health = new OpenClient(server.port());
        OpenClient client = new OpenClient(server.port())) {
      assertThat(client.ask("GET", "/v2", "")).startsWith("HTTP/1.1 200"); // so it is taken
      closing = Thread.startVirtualThread(server::close);
      awaitEnding(health);
      String refused = "";
      while (!refused.contains("connection: close")) {
        refused = client.ask("POST", INFER, SIMPLE);
        assertThat(refused).startsWith("HTTP/1.1 503").contains(ENDING);
      }
    }
    gate.open();
    assertThat(output(taken.get())).isEqualTo(List.of(3.0, 5.0, 7.0));
    closing.join();
    assertThatThrownBy(() -> ask.get("/v2")).isInstanceOf(IOException.class);
  }

  /** Nobody waits for more than a batch longer than the grace. */
  @Test
  void afterItsGraceTheServerRefusesWhatWaits() throws Exception {
    restart(Server.of(model.batching(batching.maxBatch(1))).options(options.grace(Duration.ZERO)));
    gate.close();
    CompletableFuture<Answered> first = asking(INFER, SIMPLE);
    gate.await();
    List<CompletableFuture<Answered>> more =
        IntStream.range(0, 3).mapToObj(_ -> asking(INFER, SIMPLE)).toList();
    while (!ask.get("/metrics")
        .text()
        .contains("fovea_queue_samples{model=\"double\",version=\"1\"} 3")) {
      Thread.onSpinWait();
    }
    Thread closing = Thread.startVirtualThread(server::close);
    for (CompletableFuture<Answered> a : more) {
      refuses(a.get(), 503, "model double: batcher: closed before the request's turn had come");
    }
    gate.open();
    assertThat(first.get().status()).isEqualTo(200);
    closing.join();
    assertThat(gate.batches()).containsExactly(1);
  }

  /** Asks on one connection until the server says that it is ending, or ends the connection. */
  private void awaitEnding(OpenClient health) throws IOException {
    String ready = "";
    while (!ready.contains(ENDING) && !ready.contains("connection: close")) {
      ready = health.ask("GET", "/v2/health/ready", "");
    }
  }

  @Test
  void onlyWhoBearsTheTokenIsAnswered() throws IOException {
    String token = "0123456789abcdef";
    restart(Server.of(model).options(options.token(token)));
    Answered unknown = ask.get("/v2");
    refuses(unknown, 401, "Authorization: the bearer token is missing or wrong");
    assertThat(unknown.header("WWW-Authenticate")).isEqualTo("Bearer");
    refuses(ask.get("/v2", "Authorization", "Bearer " + token + "0"), 401, "Authorization");
    refuses(ask.get("/metrics", "Authorization", "Basic " + token), 401, "Authorization");
    assertThat(ask.get("/v2", "Authorization", "Bearer " + token).status()).isEqualTo(200);
    assertThat(ask.get("/v2/health/ready").status()).isEqualTo(200);
    assertThatThrownBy(() -> options.token("short"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("server: a token of at least 16 characters expected, got 5");
  }

  /** A page that is visited, under whatever name, reaches loopback but gets nothing. */
  @Test
  void pagesOfTheWebAreNotAnswered() throws IOException {
    refuses(ask.get("/v2", "Origin", "https://example.com"), 403, "Origin: pages of the web");
    assertThat(raw("GET /v2 HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403")
        .contains("Host: this server answers to 127.0.0.1 alone");
    assertThat(raw("GET /v2/models/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Clients that go away in the middle, or speak something else, leave nothing behind. */
  @Test
  void clientsThatGoAwayHarmNobody() throws IOException {
    for (String begun :
        List.of(
            "",
            "POST",
            "\u0000\u0001\u0002\r\n\r\n",
            "POST "
                + INFER
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200\r\n\r\n{\"inp")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.getOutputStream().write(begun.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(output(ask.post(INFER, SIMPLE))).isEqualTo(List.of(3.0, 5.0, 7.0));
  }

  @Test
  void countsAndLogs() throws IOException {
    assertThat(ask.post(INFER, SIMPLE).status()).isEqualTo(200);
    assertThat(ask.post(INFER, "{").status()).isEqualTo(400);
    assertThat(ask.post("/v2/models/nobody/infer", SIMPLE).status()).isEqualTo(404);
    assertThat(ask.post("/v1/predict/double?top=1", "x").status()).isEqualTo(400);
    String metrics = ask.get("/metrics").text();
    assertThat(metrics)
        .contains(
            "# TYPE fovea_requests_total counter",
            "fovea_requests_total{route=\"infer\",model=\"double\",status=\"200\"} 1",
            "fovea_requests_total{route=\"infer\",model=\"double\",status=\"400\"} 1",
            "fovea_requests_total{route=\"infer\",model=\"\",status=\"404\"} 1",
            "fovea_requests_total{route=\"predict\",model=\"double\",status=\"400\"} 1",
            "fovea_request_seconds_count{route=\"infer\",model=\"double\"} 2",
            "fovea_batch_samples_bucket{model=\"double\",version=\"1\",le=\"1.0\"} 1",
            "fovea_batch_samples_count{model=\"double\",version=\"1\"} 1",
            "fovea_queue_samples{model=\"double\",version=\"1\"} 0");
    Map<String, Object> line = Json.parseObject(log.toString().lines().toList().get(0), "log");
    assertThat(line)
        .containsEntry("method", "POST")
        .containsEntry("path", INFER)
        .containsEntry("status", 200L)
        .containsEntry("bytes_in", (long) SIMPLE.length())
        .containsKeys("time", "remote", "ms", "bytes_out");
  }

  /** What is no HTTP is counted and logged as well, though it has no method and no path. */
  @Test
  void countsAndLogsWhatIsNotUnderstood() throws IOException {
    assertThat(raw("\u0000\u0001 nothing\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 414");
    assertThat(ask.get("/metrics").text())
        .contains(
            "fovea_requests_total{route=\"other\",model=\"\",status=\"400\"} 1",
            "fovea_requests_total{route=\"other\",model=\"\",status=\"414\"} 1");
    Map<String, Object> line = Json.parseObject(log.toString().lines().toList().get(0), "log");
    assertThat(line)
        .containsEntry("method", "")
        .containsEntry("path", "")
        .containsEntry("remote", "127.0.0.1")
        .containsEntry("status", 400L)
        .containsKeys("time", "bytes_out");
  }

  @Test
  void checksNamesAndVersions() {
    assertThatThrownBy(() -> ServedModel.of("a/b", gate.model()))
        .hasMessageStartingWith("served model: a name has letters, digits, ., _ and -");
    assertThatThrownBy(() -> model.version(0))
        .hasMessage("served model double: a version is a number from 1, got 0");
    assertThatThrownBy(() -> Server.of(model, model))
        .hasMessage("server: there are two models double of version 1");
    assertThatThrownBy(() -> Server.of(model).port(server.port()).start())
        .hasMessageStartingWith("serve: cannot listen on 127.0.0.1:");
  }
}
