package dev.fovea.studio.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The files of the page, out of the jar. */
final class StaticFiles {
  private static final Pattern NAME =
      Pattern.compile("(?:[a-z0-9-]+/){0,4}[A-Za-z0-9-][A-Za-z0-9.-]*\\.[a-z]+");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "md", "text/markdown; charset=utf-8");

  /** The texts of the page in a language. */
  private static final Pattern LANGUAGE = Pattern.compile("texts/[a-z0-9-]{2,35}\\.json");

  private static final String INDEX = "index.html";
  private static final int TAG_BYTES = 12;

  /** A file of the page, with its content as an answer and a tag that changes with it. */
  record StaticFile(Answer content, String tag) {}

  /** The texts of a language into which nobody has translated the page. */
  private static final StaticFile NO_TEXTS = file("application/json", new byte[] {'{', '}'});

  private final Map<String, StaticFile> known = new ConcurrentHashMap<>();

  /**
   * Returns the file of a path. Every language has texts, if only none: the page asks for those of
   * its browser, and shows English instead.
   *
   * @param path as it is asked for, from its first slash
   */
  Optional<StaticFile> find(String path) {
    String name = path.equals("/") ? INDEX : path.substring(1);
    if (!path.startsWith("/") || !NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    StaticFile file = known.get(name);
    if (file == null) {
      Optional<StaticFile> read = read(name);
      read.ifPresent(f -> known.put(name, f));
      return read.isEmpty() && LANGUAGE.matcher(name).matches() ? Optional.of(NO_TEXTS) : read;
    }
    return Optional.of(file);
  }

  private static Optional<StaticFile> read(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      return Optional.empty();
    }
    try (InputStream in = StaticFiles.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        return Optional.empty();
      }
      return Optional.of(file(type, in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StaticFile file(String type, byte[] bytes) {
    return new StaticFile(new Answer(type, bytes), tag(bytes));
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(hash, 0, TAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
