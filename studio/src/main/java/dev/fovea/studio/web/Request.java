package dev.fovea.studio.web;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page asks: an action of a room, with JSON or bytes. The body is read when it is asked for,
 * and never more of it than may be.
 */
public final class Request {
  /** The most bytes of a request in JSON. */
  public static final long MAX_JSON = 1 << 20;

  private static final int BLOCK = 1 << 16;

  private static final Pattern ID = Pattern.compile("id=([a-z0-9-]{1,40})");

  private final String action;
  private final String query;
  private final long announced;
  private final InputStream body;
  private final Uploads uploads;

  /**
   * Creates a request.
   *
   * @param action what is asked for
   * @param query what stands behind the question mark of its address; empty if nothing does
   * @param announced the length that the client tells; −1 if it tells none
   * @param body what it sends
   * @param uploads what is being sent at this moment
   */
  public Request(String action, String query, long announced, InputStream body, Uploads uploads) {
    this.uploads = uploads;
    this.action = action;
    this.query = query;
    this.announced = announced;
    this.body = body;
  }

  /** Returns what is asked for, such as {@code see}. */
  public String action() {
    return action;
  }

  /**
   * Returns what the request is about, where its address tells an id, as bytes cannot.
   *
   * @throws dev.fovea.tensor.FoveaException if it tells none
   */
  public String id() {
    Matcher m = ID.matcher(query);
    if (!m.matches()) {
      throw new FoveaException(action + ": an address that ends with ?id=… is expected");
    }
    return m.group(1);
  }

  /** Returns what the request is about, or another id where its address tells nothing. */
  public String id(String otherwise) {
    return query.isEmpty() ? otherwise : id();
  }

  /**
   * Returns the JSON object that was sent.
   *
   * @throws Refusal if it is too large
   * @throws dev.fovea.tensor.FoveaException if it is no JSON object
   */
  public Fields json() throws IOException {
    String text = new String(bytes(MAX_JSON), StandardCharsets.UTF_8);
    Map<String, Object> fields = text.isEmpty() ? Map.of() : Json.parseObject(text, "request");
    return new Fields(fields, action);
  }

  /**
   * Returns the bytes that were sent.
   *
   * @throws Refusal if there are more than {@code most}
   */
  public byte[] bytes(long most) throws IOException {
    requireRoom(announced, most);
    byte[] bytes = body.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 8));
    requireRoom(bytes.length, most);
    return bytes;
  }

  /**
   * Writes the bytes that were sent to a file, block by block.
   *
   * @throws Refusal if there are more than {@code most}, or too much is being sent at once
   */
  public void to(Path file, long most) throws IOException {
    requireRoom(announced, most);
    try (Uploads.Upload upload = uploads.begin();
        OutputStream out = Files.newOutputStream(file)) {
      byte[] block = new byte[BLOCK];
      long all = 0;
      for (int n = body.read(block); n >= 0; n = body.read(block)) {
        all += n;
        requireRoom(all, most);
        upload.add(n);
        out.write(block, 0, n);
      }
    }
  }

  private static void requireRoom(long length, long most) {
    if (length > most) {
      throw new Refusal(
          413, "the request is too large: at most %s bytes are read here".formatted(most));
    }
  }
}
