package dev.fovea.serve.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses answers by gzip for clients that accept it, where that pays: texts, such as numbers as
 * JSON, become a third; numbers as bytes hardly become smaller and are left as they are.
 */
final class Packing {
  /** What is shorter fits into one packet as it is. */
  private static final int LEAST = 1 << 10;

  private static final String ENCODING = "gzip";

  private Packing() {}

  /** Compresses quickly: an answer may be made by the thread of a connection. */
  private static final class Fast extends GZIPOutputStream {
    Fast(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  /** Returns a reply as its client should get it. */
  static Reply of(Request request, Reply reply) {
    boolean worthIt = reply.content().length >= LEAST && isText(reply.type());
    if (!worthIt) {
      return reply;
    }
    Reply varying = reply.with("Vary", "Accept-Encoding");
    return accepts(request.header("Accept-Encoding").orElse(""))
        ? varying.with("Content-Encoding", ENCODING).withContent(packed(reply.content()))
        : varying;
  }

  private static boolean isText(String type) {
    return type.startsWith("application/json") || type.startsWith("text/");
  }

  /** Returns whether a header accepts gzip, by its name or as any, with a weight above zero. */
  private static boolean accepts(String header) {
    boolean any = false;
    for (String one : header.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = one.split(";", 2);
      String name = parts[0].strip();
      boolean wanted = parts.length < 2 || !isZero(parts[1]);
      if (name.equals(ENCODING)) {
        return wanted;
      }
      any |= name.equals("*") && wanted;
    }
    return any;
  }

  /** Returns whether a weight such as {@code q=0.000} refuses. */
  private static boolean isZero(String weight) {
    String text = weight.strip();
    return text.startsWith("q=0") && text.substring(3).chars().allMatch(c -> c == '.' || c == '0');
  }

  private static byte[] packed(byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(content.length / 2);
    try (OutputStream out = new Fast(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return packed.toByteArray();
  }
}
