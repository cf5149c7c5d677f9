package dev.fovea.studio;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of HTTP that sends what it is told, letter by letter: others write headers anew. */
final class RawHttp {
  /** How a studio has answered. */
  record Reply(int status, String head, String body) {
    static Reply of(String text) {
      int end = text.indexOf("\r\n\r\n");
      String head = end < 0 ? text : text.substring(0, end);
      int status = head.isEmpty() ? 0 : Integer.parseInt(head.split(" ", -1)[1]);
      String body = end < 0 ? "" : text.substring(end + 4);
      byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
      return new Reply(status, head, new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private final int port;
  private String cookie = "";

  RawHttp(Studio studio) {
    this.port = studio.port();
  }

  /** Exchanges the token of a studio for a cookie, which all that follows sends. */
  static RawHttp session(Studio studio) throws IOException {
    RawHttp http = new RawHttp(studio);
    String token = studio.address().getFragment().substring("token=".length());
    Reply reply = http.post("/api/session", "{\"token\":\"" + token + "\"}");
    String head = reply.head();
    int at = head.indexOf("fovea-");
    http.cookie = "Cookie: " + head.substring(at, head.indexOf(';', at));
    return http;
  }

  String host() {
    return "Host: 127.0.0.1:" + port;
  }

  String cookie() {
    return cookie;
  }

  Reply get(String path, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    if (all.stream().noneMatch(h -> h.startsWith("Host:"))) {
      all.add(host());
    }
    if (!cookie.isEmpty()) {
      all.add(cookie);
    }
    return send("GET " + path + " HTTP/1.1", all, new byte[0]);
  }

  Reply post(String path, String json) throws IOException {
    return post(path, json.getBytes(StandardCharsets.UTF_8), "Content-Type: application/json");
  }

  Reply post(String path, byte[] body, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of(host(), "X-Fovea: 1", "Content-Length: " + body.length));
    if (!cookie.isEmpty()) {
      all.add(cookie);
    }
    return send("POST " + path + " HTTP/1.1", all, body);
  }

  /** Returns the bytes of the body of an answer, such as a file. */
  byte[] bytes(String path, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    String length = "Content-Length: " + body.length;
    List<String> head =
        List.of("Content-Type: application/json", host(), "X-Fovea: 1", length, cookie);
    String text = exchange("POST " + path + " HTTP/1.1", head, body);
    return text.substring(text.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends a request and reads until the studio closes. */
  Reply send(String line, List<String> headers, byte[] body) throws IOException {
    return Reply.of(exchange(line, headers, body));
  }

  private String exchange(String line, List<String> headers, byte[] body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      String head = line + "\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      try {
        out.write(body);
        out.flush();
      } catch (IOException e) {
        // The studio has answered before it has read all, and closed: its answer is what counts.
        return read(socket);
      }
      return read(socket);
    }
  }

  private static String read(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      byte[] block = new byte[1 << 16];
      for (int n = socket.getInputStream().read(block); n >= 0; ) {
        text.append(new String(block, 0, n, StandardCharsets.ISO_8859_1));
        n = socket.getInputStream().read(block);
      }
    } catch (SocketException e) {
      return text.toString(); // reset after the answer
    }
    return text.toString();
  }
}
