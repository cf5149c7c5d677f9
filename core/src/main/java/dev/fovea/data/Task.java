package dev.fovea.data;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.Locale;

/**
 * The task of a network's output: what it answers about a sample, and so what the values of the
 * output and of its target mean.
 */
public enum Task {
  /** One class per sample; a target is the class index, or a distribution [classes]. */
  CLASSES,
  /** Any number of classes per sample, each by itself; a target is 0 or 1 for each [classes]. */
  LABELS,
  /** Real values; a target has the shape of the output. */
  REGRESSION,
  /** Objects with classes and boxes; a target is [objects, 5 …], see {@link Mark.Boxes}. */
  BOXES,
  /** The class of each pixel; a target is [H, W], an output [H, W, classes]. */
  MASK,
  /** Places of known points; a target is [points, 3], see {@link Mark.KeyPoints}. */
  KEY_POINTS,
  /** A sequence of words or other tokens; a target is their indices [length]. */
  SEQUENCE;

  /** Returns the name in texts: lower case, such as {@code key-points}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the task of a name.
   *
   * @param where what the text is from, for the message
   * @throws FoveaException if there is none
   */
  public static Task parse(String text, String where) {
    return Arrays.stream(values())
        .filter(t -> t.text().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new FoveaException(
                "%s: task \"%s\" is not known%s"
                    .formatted(
                        where,
                        text,
                        Suggest.hint(text, Arrays.stream(values()).map(Task::text).toList()))));
  }
}
