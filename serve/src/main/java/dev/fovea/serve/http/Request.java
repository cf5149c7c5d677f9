package dev.fovea.serve.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * What was asked.
 *
 * @param remote the address of the client
 * @param method such as {@code GET}
 * @param path the path, not decoded, without the query
 * @param query the query, not decoded; empty for none
 * @param headers returns the first header of a name
 * @param body the body, read once
 * @param mostBytes the most bytes of a body, decompressed
 * @param memory what the request takes of the memory of all
 * @param threads what goes on with the request once it has waited
 * @param patient whether the thread that answers may compute for a while
 */
public record Request(
    String remote,
    String method,
    String path,
    String query,
    Function<String, @Nullable String> headers,
    Body body,
    int mostBytes,
    MemoryBudget.Share memory,
    Executor threads,
    boolean patient) {
  private static final int LEAST_ROOM = 1 << 12;
  private static final int MOST_ARGUMENTS = 32;

  /**
   * The most bytes that are read and dropped, so that a client that still sends sees its answer.
   */
  static final int MOST_DISCARDED = 1 << 20;

  /** Returns this with other threads, which may or may not compute for a while. */
  Request on(Executor others, boolean patience) {
    return new Request(
        remote, method, path, query, headers, body, mostBytes, memory, others, patience);
  }

  /** Returns the parts of the path, decoded: a, b of {@code /a/b}. */
  public List<String> segments() {
    return List.of(path.substring(1).split("/", -1)).stream().map(Request::decoded).toList();
  }

  /**
   * Returns the arguments of the query.
   *
   * @throws HttpException 400 if they are too many or not understood
   */
  public Map<String, String> arguments() {
    Map<String, String> arguments = new LinkedHashMap<>();
    for (String pair : query.isEmpty() ? new String[0] : query.split("&", MOST_ARGUMENTS + 1)) {
      int at = pair.indexOf('=');
      String name = decoded(at < 0 ? pair : pair.substring(0, at));
      arguments.put(name, at < 0 ? "" : decoded(pair.substring(at + 1)));
    }
    if (arguments.size() > MOST_ARGUMENTS) {
      throw new HttpException(400, "query: more than " + MOST_ARGUMENTS + " arguments");
    }
    return arguments;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new HttpException(400, "address: a % without two hexadecimal digits", e);
    }
  }

  /** Returns a header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.apply(name));
  }

  /**
   * Reads the whole body, decompressed where its {@code Content-Encoding} is gzip or deflate.
   * Several members of gzip, one after the other, are one body; what else follows the end of what
   * is compressed is left out.
   *
   * @throws HttpException 413 if it is too long, 415 of another encoding, 400 if it is damaged, 503
   *     if the memory of all requests is used up
   */
  public byte[] readBody() throws IOException {
    OptionalLong announced = announced();
    if (announced.orElse(0) > mostBytes) {
      throw tooLong();
    }
    memory.requirePossible(announced.orElse(0));
    String encoding = header("Content-Encoding").orElse("identity").toLowerCase(Locale.ROOT);
    return switch (encoding) {
      case "identity" -> readAll((int) announced.orElse(mostBytes));
      case "gzip" -> unpacked(encoding, GzipMembers::new);
      case "deflate" -> unpacked(encoding, InflaterInputStream::new);
      default ->
          throw HttpException.with(
              "Accept-Encoding",
              "gzip, deflate",
              415,
              "Content-Encoding: gzip or deflate expected, got " + encoding);
    };
  }

  /** What unpacks a stream. */
  private interface Unpacking {
    InputStream of(InputStream packed) throws IOException;
  }

  /** Unpacks what has arrived whole, so that no client is waited for with half of it unpacked. */
  private byte[] unpacked(String encoding, Unpacking unpacking) throws IOException {
    byte[] packed = readAll(mostBytes);
    try (InputStream in = unpacking.of(new ByteArrayInputStream(packed))) {
      return readAll(in, mostBytes, packed.length);
    } catch (ZipException e) {
      throw new HttpException(400, "body: damaged " + encoding + ": " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new HttpException(400, "body: " + encoding + " ends too early", e);
    }
  }

  /** Returns how many bytes the body has, if the client has said so. */
  OptionalLong announced() {
    String length = header("Content-Length").orElse("");
    return length.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(length))
        : OptionalLong.empty();
  }

  /** Reads the body to the end; what has arrived in one piece is not copied. */
  private byte[] readAll(int most) throws IOException {
    Optional<byte[]> there = body.takeWhole();
    if (there.isEmpty()) {
      return readAll(body, most, 0);
    }
    if (there.get().length > most) {
      throw tooLong();
    }
    memory.takeUpTo(there.get().length);
    return there.get();
  }

  /**
   * Reads to the end. Memory is taken as bytes come, so that who only announces them holds none,
   * and once only for what was waited for. It is taken for the result; while that is copied into
   * more room, or into an array of its own length, there are two of it.
   *
   * @param before what the request needs besides
   */
  private byte[] readAll(InputStream in, int most, long before) throws IOException {
    byte[] bytes = new byte[0];
    int length = 0;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (length == most) {
        throw tooLong();
      }
      int grown = roomFor(length + 1L + in.available(), length, most);
      memory.takeUpTo(before + grown);
      bytes = Arrays.copyOf(bytes, grown);
      bytes[length++] = (byte) next;
      length += in.readNBytes(bytes, length, bytes.length - length);
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  /** Returns how much room to make, for what is there or twice as much as before. */
  private static int roomFor(long there, int before, int most) {
    return (int) Math.min(most, Math.max(there, Math.max(LEAST_ROOM, 2L * before)));
  }

  /**
   * Drops what was not read of the body and reads a little of what still comes: a client that still
   * writes when the connection is closed never sees the answer.
   */
  void discard() throws IOException {
    body.discard(MOST_DISCARDED);
  }

  private HttpException tooLong() {
    return new HttpException(413, "body: at most %s bytes are read".formatted(mostBytes));
  }
}
