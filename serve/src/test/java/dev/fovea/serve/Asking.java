package dev.fovea.serve;

import dev.fovea.io.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Asks a server. */
final class Asking {
  private final HttpClient client;
  private final URI address;

  Asking(URI address) {
    this(address, HttpClient.newHttpClient());
  }

  Asking(URI address, HttpClient client) {
    this.address = address;
    this.client = client;
  }

  /** What was answered. */
  record Answered(int status, HttpResponse<byte[]> response) {
    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    Map<String, Object> json() {
      return Json.parseObject(text(), "answer");
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  Answered get(String path, String... headers) throws IOException {
    return send(HttpRequest.newBuilder(address.resolve(path)).GET(), headers);
  }

  Answered post(String path, byte[] body, String... headers) throws IOException {
    return send(
        HttpRequest.newBuilder(address.resolve(path)).POST(BodyPublishers.ofByteArray(body)),
        headers);
  }

  Answered post(String path, String body, String... headers) throws IOException {
    return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private Answered send(HttpRequest.Builder request, String... headers) throws IOException {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
      return new Answered(response.statusCode(), response);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
