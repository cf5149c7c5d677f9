package dev.fovea.serve.http;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a request is answered with. */
public final class Reply {
  private static final int UNAVAILABLE = 503;

  private final int status;
  private final String type;
  private final byte[] content;
  private final Map<String, String> headers;

  private Reply(int status, String type, byte[] content, Map<String, String> headers) {
    this.status = status;
    this.type = type;
    this.content = content;
    this.headers = headers;
  }

  /** Returns a reply of bytes, which are not copied. */
  public static Reply of(int status, String type, byte... content) {
    return new Reply(status, type, content, Map.of());
  }

  /** Returns a reply of JSON. */
  public static Reply json(Object value) {
    return json(200, value);
  }

  /** Returns a reply without content. */
  public static Reply empty(int status) {
    return of(status, "text/plain; charset=utf-8");
  }

  /** Returns a reply of text. */
  public static Reply text(String type, String text) {
    return of(200, type, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a reply that says in one line what is wrong; 503 asks to come again in a second. */
  public static Reply error(int status, String why) {
    Reply reply = json(status, Map.of("error", Text.oneLine(why)));
    return status == UNAVAILABLE ? reply.with("Retry-After", "1") : reply;
  }

  private static Reply json(int status, Object value) {
    return of(status, "application/json", Json.write(value).getBytes(StandardCharsets.UTF_8));
  }

  /** Returns this reply with another header. */
  public Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, type, content, more);
  }

  /** Returns this reply with other content, not copied. */
  Reply withContent(byte... other) {
    return new Reply(status, type, other, headers);
  }

  /** Returns the status. */
  public int status() {
    return status;
  }

  /** Returns the type of the content. */
  public String type() {
    return type;
  }

  /** Returns the content, not copied. */
  public byte[] content() {
    return content;
  }

  /** Returns the headers besides type and length. */
  public Map<String, String> headers() {
    return headers;
  }
}
