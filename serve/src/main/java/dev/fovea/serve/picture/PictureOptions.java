package dev.fovea.serve.picture;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a client asks of an answer about a picture.
 *
 * @param top the most classes that are told
 * @param score the least score of what is found; the model's own if empty
 */
public record PictureOptions(int top, OptionalDouble score) {
  private static final int USUAL_TOP = 5;
  private static final Set<String> NAMES = Set.of("top", "score");

  /**
   * Returns what the arguments of an address ask.
   *
   * @throws FoveaException if one is unknown or out of its bounds
   */
  public static PictureOptions of(Map<String, String> arguments) {
    for (String name : arguments.keySet()) {
      if (!NAMES.contains(name)) {
        throw new FoveaException(
            "argument \"%s\": top and score are known".formatted(Text.shown(name)));
      }
    }
    String top = arguments.getOrDefault("top", Integer.toString(USUAL_TOP));
    if (!top.matches("[1-9]\\d{0,8}")) {
      throw new FoveaException("top: a number from 1 expected, got \"" + Text.shown(top) + "\"");
    }
    return new PictureOptions(Integer.parseInt(top), score(arguments.getOrDefault("score", "")));
  }

  private static OptionalDouble score(String text) {
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!text.matches("0(\\.\\d{1,15})?|1(\\.0{1,15})?")) {
      throw new FoveaException("score: from 0 to 1 expected, got \"" + Text.shown(text) + "\"");
    }
    return OptionalDouble.of(Double.parseDouble(text));
  }
}
