package dev.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.serve.Asking.Answered;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that load and unload models. */
final class RepositoryTest {
  private static final String MODEL = "/v2/repository/models/double";

  private final ServedModel model = ServedModel.of("double", new Gate().model());
  private final List<String> loaded = new ArrayList<>();
  private final RunningServer server =
      Server.of(model)
          .options(ServerOptions.usual().warmUp(Duration.ZERO))
          .loader((name, version) -> {
            loaded.add(name);
            return model;
          })
          .start();
  private final Asking ask = new Asking(server.address());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void unloadsAVersionOrAll() throws IOException {
    server.put(model.version(2));
    server.put(model.version(3));
    assertThat(ask.post(MODEL + "/versions/2/unload", "{}").status()).isEqualTo(200);
    assertThat(ask.get("/v2/models/double").json()).containsEntry("versions", List.of("1", "3"));
    String body = "{\"parameters\":{\"unload_dependents\":true}}";
    assertThat(ask.post(MODEL + "/unload", body).status()).isEqualTo(200);
    assertThat(ask.get("/v2/models/double").status()).isEqualTo(404);
  }

  /** A model other than the one that the client sends must not be loaded as if it were that. */
  @Test
  void refusesModelsThatComeWithTheRequest() throws IOException {
    for (String parameter : List.of("config", "file:1/model.onnx")) {
      Answered refused =
          ask.post(MODEL + "/load", "{\"parameters\":{\"%s\":\"{}\"}}".formatted(parameter));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.text())
          .isEqualTo(
              "{\"error\":\"request: parameter \\\"%s\\\" is not supported: a model is read from the file that the server was given, as it is\"}"
                  .formatted(parameter));
    }
    assertThat(ask.post(MODEL + "/load", "{").status()).isEqualTo(400);
    assertThat(loaded).isEmpty();
    assertThat(ask.post(MODEL + "/load", "").status()).isEqualTo(200);
    assertThat(ask.post(MODEL + "/load", "{\"parameters\":{\"mine\":1}}").status()).isEqualTo(200);
    assertThat(loaded).hasSize(2);
  }

  /** A body that nobody has read would end the connection. */
  @Test
  void theConnectionGoesOn() throws IOException {
    String body = "{\"ready\":true,\"filling\":\"%s\"}".formatted("x".repeat(5 << 20));
    try (OpenClient client = new OpenClient(server.port())) {
      for (String path : List.of("/v2/repository/index", MODEL + "/load", MODEL + "/unload")) {
        assertThat(client.ask("POST", path, body))
            .startsWith("HTTP/1.1 200")
            .contains("connection: keep-alive");
      }
    }
  }
}
