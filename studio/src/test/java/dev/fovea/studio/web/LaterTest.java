package dev.fovea.studio.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is not due yet is answered with 204 and nothing, and the connection lasts. */
final class LaterTest {
  /** A room in which nothing is due. */
  private static final class Waiting implements Room {
    @Override
    public String name() {
      return "waiting";
    }

    @Override
    public Answer answer(Request request) {
      return Answer.later();
    }
  }

  @Test
  void answersWithoutContent() throws IOException, InterruptedException {
    List<Room> rooms = List.of(new Waiting());
    try (WebServer server = new WebServer(WebServer.loopback(0), "", new Events(), rooms);
        HttpClient http = HttpClient.newHttpClient()) {
      String cookie =
          post(http, server, "session", "", "{\"token\":\"" + server.token() + "\"}")
              .headers()
              .firstValue("Set-Cookie")
              .orElseThrow()
              .split(";", 2)[0];
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> later = post(http, server, "waiting/ask", cookie, "{}");
        assertThat(later.statusCode()).isEqualTo(204);
        assertThat(later.body()).isEmpty();
      }
    }
  }

  private static HttpResponse<String> post(
      HttpClient http, WebServer server, String action, String cookie, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/" + action))
            .header("X-Fovea", "1")
            .header("Content-Type", "application/json")
            .header("Cookie", cookie)
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }
}
