package dev.fovea.cli;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.serve.RunningServer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ServeCommandTest {
  private static final String INFER =
      "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,1,2,2],\"datatype\":\"FP32\",\"data\":[1,2,3,4]}]}";

  /** So many samples make bodies and answers longer than any piece of the network. */
  private static final int MANY = 10_000;

  @TempDir private Path folder;

  private Path net(String name, int seed) {
    Path file = folder.resolve(name);
    model(seed).save(file);
    return file;
  }

  private static Model model(int seed) {
    return Model.build(sequence(flatten(), dense(2)), Shape.of(2, 2, 1), Seed.of(seed));
  }

  private static RunningServer start(String... args) {
    return start(new ArrayList<>(), args);
  }

  private static RunningServer start(List<String> told, String... args) {
    List<String> all = new ArrayList<>(List.of("--port", "0", "--warm-up", "0"));
    all.addAll(List.of(args));
    ServeCommand command = new ServeCommand();
    var _ =
        new CommandLine(command)
            .registerConverter(Path.class, FileName::convert)
            .parseArgs(all.toArray(String[]::new));
    return command.start(told::add);
  }

  private static String ask(RunningServer server, String path, byte[] body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI address = server.address().resolve(path);
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(address).POST(BodyPublishers.ofByteArray(body)).build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer.body();
    }
  }

  @Test
  void servesFilesAndReadsThemAgain() throws Exception {
    Path file = net("two words.onnx", 1);
    Path log = folder.resolve("log.jsonl");
    List<String> told = new ArrayList<>();
    try (RunningServer server =
        start(
            told,
            "net=" + file,
            "net:2=" + file,
            file.toString(),
            "--access-log",
            log.toString())) {
      assertThat(told)
          .hasSize(11)
          .startsWith(
              "listening on " + server.address(),
              "net (version 1): reading " + file,
              "net (version 1): warming up",
              "net (version 1): warm, at " + server.address() + "/v2/models/net",
              "net (version 2): reading " + file)
          .endsWith("ready");
      byte[] request = INFER.getBytes(StandardCharsets.UTF_8);
      String before = ask(server, "/v2/models/net/infer", request);
      assertThat(before).contains("\"model_version\":\"2\"");
      String other = ask(server, "/v2/models/two-words/infer", request);
      Files.move(net("other.onnx", 2), file, StandardCopyOption.REPLACE_EXISTING);
      assertThat(ask(server, "/v2/models/net/infer", request)).isEqualTo(before);
      ask(server, "/v2/repository/models/net/load", new byte[0]);
      String after = ask(server, "/v2/models/net/infer", request);
      assertThat(after).contains("\"model_version\":\"2\"").isNotEqualTo(before);
      assertThat(ask(server, "/v2/models/two-words/infer", request)).isEqualTo(other);
      byte[] picture = Files.readAllBytes(Fixtures.picture(folder.resolve("picture.png"), 8, 8));
      assertThat(Json.parseObject(ask(server, "/v1/predict/net", picture), "answer"))
          .containsEntry("task", "classes");
    }
    assertThat(Files.readAllLines(log)).hasSize(7);
  }

  private static void refuses(String message, String... args) {
    assertThatThrownBy(() -> start(args).close())
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void looksForAllFilesBeforeItBegins() {
    List<String> told = new ArrayList<>();
    assertThatThrownBy(
            () -> start(told, net("net.onnx", 1).toString(), "other=missing.onnx").close())
        .isInstanceOf(FoveaException.class)
        .hasMessage("missing.onnx: no such file");
    assertThat(told).isEmpty();
  }

  @Test
  void readsOnlyWhatWasGiven() throws Exception {
    try (RunningServer server = start("net=" + net("net.onnx", 1), "net:3=" + net("b.onnx", 2));
        HttpClient client = HttpClient.newHttpClient()) {
      URI load = server.address().resolve("/v2/repository/models/net/versions/2/load");
      HttpRequest request = HttpRequest.newBuilder(load).POST(BodyPublishers.noBody()).build();
      assertThat(client.send(request, BodyHandlers.ofString()).body())
          .isEqualTo(
              "{\"error\":\"load: no file was given for model net:2; there are net:1, net:3\"}");
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    String file = net("net.onnx", 1).toString();
    refuses("missing.onnx: no such file", "missing.onnx");
    refuses(file + " and " + file + " are both version 1 of \"net\"; name them", file, file);
    refuses("a/b=runs/x: no such file, and \"a/b\" cannot be the name of a model", "a/b=runs/x");
    refuses("a:0=runs/x: no such file, and \"a:0\" cannot be the name of a model", "a:0=runs/x");
    refuses("--host: 0.0.0.0 can be reached from other machines; give", file, "--host", "0.0.0.0");
    refuses(
        "--key-store and --key-store-password-file go together", file, "--key-store", "keys.p12");
    refuses("--max-batch 0: 1 to 1024 expected", file, "--max-batch", "0");
    refuses("--max-queue 4: at least 16 expected, as --max-batch", file, "--max-queue", "4");
    refuses("--max-queue 1000001: 1 to 1000000 expected", file, "--max-queue", "1000001");
    refuses("--instances 0: 1 to 64 expected", file, "--instances", "0");
    refuses("--max-delay 10001.0: 0 to 10000 milliseconds expected", file, "--max-delay", "10001");
    refuses("--grace -1.0: 0 to 86400 seconds expected", file, "--grace", "-1");
    String token = Files.writeString(folder.resolve("token"), "short\n").toString();
    refuses(
        "--token-file %s: a token of at least 16 characters expected, got 5".formatted(token),
        file,
        "--token-file",
        token);
    refuses("--max-body 0: 1 to 2047 MiB expected", file, "--max-body", "0");
    refuses("--max-connections 0: 1 or more expected", file, "--max-connections", "0");
    refuses("--patience 0.0: a number above 0 expected", file, "--patience", "0");
    String bad = Files.writeString(folder.resolve("bad.p12"), "no keys").toString();
    refuses(
        bad + ": cannot be read as a key store, or not with this password",
        file,
        "--key-store",
        bad,
        "--key-store-password-file",
        bad);
  }

  @Test
  void encryptsWithTheKeyOfAStore() throws Exception {
    Path store = keyStore();
    Path password = Files.writeString(folder.resolve("password"), "changeit\n");
    try (RunningServer server =
            start(
                net("net.onnx", 1).toString(),
                "--max-queue",
                Integer.toString(MANY),
                "--key-store",
                store.toString(),
                "--key-store-password-file",
                password.toString());
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
      assertThat(server.address().getScheme()).isEqualTo("https");
      URI ready = server.address().resolve("/v2/health/ready");
      assertThat(
              client
                  .send(HttpRequest.newBuilder(ready).build(), BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
      URI plain = URI.create(ready.toString().replace("https:", "http:"));
      HttpResponse<String> refused =
          client.send(HttpRequest.newBuilder(plain).build(), BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body())
          .isEqualTo("{\"error\":\"this server speaks https, got plain http\"}");
      Tensor input = Tensor.zeros(Shape.of(MANY, 2, 2, 1));
      for (int i = 0; i < input.data().length; i++) {
        input.data()[i] = i % 7;
      }
      float[] expected = model(1).run(input).data();
      for (String type : List.of("FP16", "BF16", "FP32")) {
        assertThat(askForMany(client, server, type, input.data()))
            .as(type)
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(expected);
      }
    }
  }

  private Path keyStore() throws IOException, InterruptedException {
    Path store = folder.resolve("keys.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
    return store;
  }

  private static SSLContext trusting(Path store) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyStore certificates = KeyStore.getInstance("PKCS12");
    certificates.load(null, null);
    certificates.setCertificateEntry("server", trusted.getCertificate("server"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(certificates);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    return tls;
  }

  /** Sends numbers as bytes of a type, in a body longer than any piece of the network. */
  private static float[] askForMany(
      HttpClient client, RunningServer server, String type, float[] numbers)
      throws IOException, InterruptedException {
    int size = type.equals("FP32") ? 4 : 2;
    String json =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[%s,1,2,2],\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%s}}],\"parameters\":{\"binary_data_output\":true}}"
            .formatted(Integer.toString(MANY), type, Integer.toString(size * numbers.length));
    ByteBuffer body =
        ByteBuffer.allocate(json.length() + size * numbers.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(json.getBytes(StandardCharsets.UTF_8));
    for (float x : numbers) {
      switch (type) {
        case "FP16" -> body.putShort(Float.floatToFloat16(x));
        case "BF16" -> body.putShort((short) (Float.floatToRawIntBits(x) >>> 16));
        default -> body.putFloat(x);
      }
    }
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(server.address().resolve("/v2/models/net/infer"))
                .header("Inference-Header-Content-Length", Integer.toString(json.length()))
                .POST(BodyPublishers.ofByteArray(body.array()))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    float[] outputs = new float[2 * MANY];
    ByteBuffer told = ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN);
    told.position(told.capacity() - Float.BYTES * outputs.length);
    told.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(outputs);
    return outputs;
  }
}
