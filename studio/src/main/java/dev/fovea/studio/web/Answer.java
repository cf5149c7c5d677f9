package dev.fovea.studio.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is answered: a status of HTTP, a content and its type. */
public final class Answer {
  private final int status;
  private final String type;
  private final byte[] bytes;

  /** Creates an answer; the bytes are not copied. */
  Answer(String type, byte[] bytes) {
    this(200, type, bytes);
  }

  private Answer(int status, String type, byte[] bytes) {
    this.status = status;
    this.type = type;
    this.bytes = bytes;
  }

  /** Returns the status of HTTP. */
  int status() {
    return status;
  }

  /** Returns the type of the content. */
  String type() {
    return type;
  }

  /** Returns the content, not copied. */
  byte[] content() {
    return bytes;
  }

  /** Returns an answer of JSON; numbers that are not finite become null. */
  public static Answer json(Object value) {
    return new Answer("application/json", FiniteJson.write(value).getBytes(StandardCharsets.UTF_8));
  }

  /** Returns an answer that says that it is done. */
  public static Answer done() {
    return json(Map.of("done", true));
  }

  /** Returns an answer without content: what was asked for is not due yet, ask again. */
  public static Answer later() {
    return new Answer(204, "application/octet-stream", new byte[0]);
  }

  /** Returns an answer of JSON with arrays. */
  public static Answer bundle(Bundle bundle) {
    return bytes(bundle.toBytes());
  }

  /** Returns an answer of bytes, such as a file to be kept. */
  public static Answer bytes(byte[] bytes) {
    return new Answer("application/octet-stream", bytes);
  }
}
