package dev.fovea.bench;

import dev.fovea.studio.Studio;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** A page without a browser: it has the session and asks. */
final class StudioClient implements AutoCloseable {
  private static final String JSON = "application/json";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI page;
  private String cookie = "";

  /** Opens the session of a studio at its address. */
  StudioClient(URI address) {
    this.page = address;
    String token = page.getFragment().substring("token=".length());
    byte[] body = ("{\"token\":\"" + token + "\"}").getBytes(StandardCharsets.US_ASCII);
    String set = send("session", JSON, body).headers().firstValue("Set-Cookie").orElseThrow();
    cookie = set.split(";", 2)[0];
  }

  /** Opens the session of a studio. */
  static StudioClient of(Studio studio) {
    return new StudioClient(studio.address());
  }

  /** Asks a room by JSON. */
  byte[] ask(String action, String body) {
    return bytes(action, JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Asks a room by bytes. */
  byte[] bytes(String action, String type, byte[] body) {
    return send(action, type, body).body();
  }

  /** Returns the lines of the stream of events. */
  Stream<String> events() {
    HttpRequest request =
        HttpRequest.newBuilder(page.resolve("/api/events")).header("Cookie", cookie).build();
    try {
      return http.send(request, BodyHandlers.ofLines()).body();
    } catch (IOException e) {
      throw new FoveaException("studio: events: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw StudioSpeed.stopped(e);
    }
  }

  private HttpResponse<byte[]> send(String action, String type, byte[] body) {
    try {
      return http.send(request(action, type, body), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new FoveaException("studio: " + action + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw StudioSpeed.stopped(e);
    }
  }

  private HttpRequest request(String action, String type, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(page.resolve("/api/" + action))
            .header("X-Fovea", "1")
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body));
    return (cookie.isEmpty() ? request : request.header("Cookie", cookie)).build();
  }

  @Override
  public void close() {
    http.close();
  }
}
