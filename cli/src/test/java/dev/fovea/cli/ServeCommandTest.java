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
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

  @TempDir private Path folder;

  private Path net(String name, int seed) {
    Path file = folder.resolve(name);
    Model.build(sequence(flatten(), dense(2)), Shape.of(2, 2, 1), Seed.of(seed)).save(file);
    return file;
  }

  private static RunningServer start(String... args) {
    List<String> all = new ArrayList<>(List.of("--port", "0", "--warm-up", "0"));
    all.addAll(List.of(args));
    ServeCommand command = new ServeCommand();
    var _ =
        new CommandLine(command)
            .registerConverter(Path.class, FileName::convert)
            .parseArgs(all.toArray(String[]::new));
    return command.start();
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
    try (RunningServer server =
        start("net=" + file, "net:2=" + file, file.toString(), "--access-log", log.toString())) {
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
  void saysWhatIsWrong() throws IOException {
    String file = net("net.onnx", 1).toString();
    refuses("missing.onnx: no such file", "missing.onnx");
    refuses("server: there are two models net of version 1", file, file);
    refuses("--host: 0.0.0.0 can be reached from other machines; give", file, "--host", "0.0.0.0");
    refuses("--key-store: needs --key-store-password-file", file, "--key-store", "keys.p12");
    refuses("batching: maxBatch must be from 1 to 1024, got 0", file, "--max-batch", "0");
    refuses("--max-body 0: 1 to 2047 MiB expected", file, "--max-body", "0");
    refuses(
        "server: maxBody, maxConnections, deadline and patience must be positive",
        file,
        "--max-connections",
        "0");
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
    Path password = Files.writeString(folder.resolve("password"), "changeit\n");
    String file = net("net.onnx", 1).toString();
    try (RunningServer server =
        start(
            file,
            "--key-store",
            store.toString(),
            "--key-store-password-file",
            password.toString())) {
      assertThat(server.address().getScheme()).isEqualTo("https");
      KeyStore trusted = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      KeyStore certificates = KeyStore.getInstance("PKCS12");
      certificates.load(null, null);
      certificates.setCertificateEntry("server", trusted.getCertificate("server"));
      trust.init(certificates);
      var tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(server.address().resolve("/v2/health/ready")).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
      }
    }
  }
}
