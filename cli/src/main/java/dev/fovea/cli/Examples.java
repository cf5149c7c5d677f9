package dev.fovea.cli;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The example programs that come with the command, one source file each. */
final class Examples {
  /** In the order in which a course meets them. */
  private static final List<String> NAMES =
      List.of(
          "features",
          "faces",
          "landmarks",
          "steering",
          "medical",
          "plates",
          "superres",
          "denoise",
          "autoencoders",
          "fewshot",
          "retrieval",
          "captions",
          "gan",
          "style",
          "translate",
          "dqn");

  private static final Pattern FIRST_SENTENCE = Pattern.compile("(?s)/\\*\\*[\\s*]*(.*?)\\.\\s");

  private Examples() {}

  /** Returns the names of the examples. */
  static List<String> names() {
    return NAMES;
  }

  /** Returns the source of an example. */
  static String source(String name) {
    if (!NAMES.contains(name)) {
      throw new FoveaException(
          "run: no file and no example \""
              + name
              + "\""
              + Suggest.hint(name, NAMES)
              + "; run --list names the examples");
    }
    try (InputStream in = Examples.class.getResourceAsStream("/examples/" + name + ".java")) {
      if (in == null) {
        throw new IllegalStateException("example " + name + " is not among the resources");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FoveaException("run: example " + name + ": " + e.getMessage(), e);
    }
  }

  /** Returns the first sentence of an example's comment. */
  static String description(String name) {
    Matcher m = FIRST_SENTENCE.matcher(source(name));
    if (!m.find()) {
      throw new IllegalStateException("example " + name + " does not say what it is");
    }
    return m.group(1).replaceAll("\\s*\\n \\* ?", " ").strip();
  }
}
