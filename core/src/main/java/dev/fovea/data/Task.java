package dev.fovea.data;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.Locale;

/** The task of a network's output, which tells what its values and those of its target mean. */
public enum Task {
  /** One class per sample; a target is the class index, or a distribution [classes]. */
  CLASSES,
  /**
   * Any number of classes per sample (multi-label); a target is 0 or 1 for each class: [classes].
   */
  LABELS,
  /** Real values; a target has the shape of the output. */
  REGRESSION,
  /**
   * Objects with classes and bounding boxes; a target is [objects, 5 …], see {@link Mark.Boxes}.
   */
  BOXES,
  /** The class of each pixel; a target is [H, W], an output [H, W, classes]. */
  MASK,
  /** Positions of key points; a target is [points, 3], see {@link Mark.KeyPoints}. */
  KEY_POINTS,
  /** A sequence of words or other tokens; a target is their indices [length]. */
  SEQUENCE;

  /** Returns the name in lower case with hyphens, such as {@code key-points}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the task with this name.
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
