package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Safetensors;
import dev.fovea.tensor.Tensor;
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
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training in sight of the studio: its page is served, and it learns the same bits. */
final class StudioCommandTest {
  private static final String[] TRAINING = {
    "train", "lenet5", "--data", "digits", "--limit", "300", "--epochs", "1", "--seed", "3"
  };

  /** How long anything that is awaited may take on a busy machine. */
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(5);

  /** A whole line: what is read may end in the middle of one. */
  private static final Pattern ADDRESS = Pattern.compile("(?m)^studio: (\\S+)\\R");

  @TempDir private Path folder;

  private static String[] with(String... more) {
    String[] all = Arrays.copyOf(TRAINING, TRAINING.length + more.length);
    System.arraycopy(more, 0, all, TRAINING.length, more.length);
    return all;
  }

  /** Returns the address that a studio prints. */
  private static URI address(Path errors) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    while (System.nanoTime() < deadline) {
      Matcher line = ADDRESS.matcher(Files.readString(errors));
      if (line.find()) {
        return URI.create(line.group(1));
      }
      Thread.sleep(100);
    }
    throw new AssertionError("no address was printed");
  }

  private static HttpResponse<String> post(HttpClient http, URI at, String cookie, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .header("X-Fovea", "1")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return http.send(
        (cookie.isEmpty() ? request : request.header("Cookie", cookie)).build(),
        BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aTrainingInSightLearnsTheSameBits() throws Exception {
    assertThat(ProcessCommand.in(folder).brief().run(with("--out", "alone")).status()).isZero();
    Path errors = folder.resolve("errors");
    Process process =
        ProcessCommand.in(folder)
            .brief()
            .process(with("--out", "seen", "--studio"))
            .redirectError(errors.toFile())
            .start();
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI page = address(errors);
      String token = page.getFragment().replaceAll("token=([0-9a-f]+).*", "$1");
      HttpResponse<String> session =
          post(http, page.resolve("/api/session"), "", "{\"token\":\"" + token + "\"}");
      String cookie = session.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
      String curves = "";
      long deadline = System.nanoTime() + PATIENCE;
      while (!curves.contains("\"phase\":\"ended\"") && System.nanoTime() < deadline) {
        curves = post(http, page.resolve("/api/train/curves"), cookie, "{}").body();
        Thread.sleep(100);
      }
      assertThat(curves).contains("\"phase\":\"ended\"").contains("\"step\":5,");
      assertThat(post(http, page.resolve("/api/train/view"), cookie, "{}").statusCode())
          .isEqualTo(200);
      assertThat(process.isAlive()).as("the studio stays open").isTrue();
    } finally {
      process.destroy();
      assertThat(process.waitFor(PATIENCE, TimeUnit.NANOSECONDS)).isTrue();
    }
    Map<String, Tensor> seen = weights("seen");
    assertThat(seen).hasSize(10);
    weights("alone")
        .forEach((name, t) ->
            assertThat(Objects.requireNonNull(seen.get(name)).data())
                .as(name)
                .containsExactly(t.data()));
  }

  private Map<String, Tensor> weights(String run) {
    return Safetensors.readWhole(folder.resolve(run).resolve("model.safetensors")).tensors();
  }
}
