package dev.fovea.cli;

import dev.fovea.data.Augmentations;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Transform;
import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.augment.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The text of random changes of training pictures, such as {@code shift:4,flip,rotate:10}: a shift
 * in pixels, a mirroring, and the changes of {@link Policy}.
 */
final class Augmentation {
  private static final String SHIFT = "shift";
  private static final String FLIP = "flip";
  private static final String NONE = "none";
  private static final List<String> NAMES = List.of(SHIFT, FLIP, NONE);
  private static final Preprocessing ANY = Preprocessing.scaled(Shape.of(1, 1, 1));
  private static final int USUAL_SHIFT = 2;
  private static final int MAX_SHIFT = 1000;

  private Augmentation() {}

  /**
   * Returns the changes that a text describes, empty for {@code none}.
   *
   * @param rule how pixels become inputs
   * @throws FoveaException if it names one that is not known
   */
  static Optional<Transform> parse(String text, Preprocessing rule) {
    return parse("--augment", text, rule, Augmentations.horizontalFlip());
  }

  /**
   * Returns the changes as another view of every picture: flip mirrors them all.
   *
   * @throws FoveaException if the text names one that is not known
   */
  static Optional<Transform> view(String text, Preprocessing rule) {
    return parse("--tta", text, rule, Augmentations.mirror());
  }

  private static Optional<Transform> parse(
      String option, String text, Preprocessing rule, Transform flip) {
    List<Transform> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] words = part.strip().split(":", 2);
      switch (words[0]) {
        case SHIFT -> parts.add(Augmentations.shift(pixels(option, words), 0));
        case FLIP -> parts.add(withoutNumber(option, flip, words));
        case NONE -> withoutNumber(option, flip, words);
        default -> parts.add(policy(option, part.strip(), rule));
      }
    }
    return parts.stream().reduce(Transform::then);
  }

  private static Transform withoutNumber(String option, Transform change, String... words) {
    if (words.length > 1) {
      throw new FoveaException(
          "%s %s:%s: %s takes no number".formatted(option, words[0], words[1], words[0]));
    }
    return change;
  }

  private static Transform policy(String option, String part, Preprocessing rule) {
    String name = part.split("[:@]", 2)[0];
    List<String> known = new ArrayList<>(NAMES);
    Policy.names().stream().filter(n -> !known.contains(n)).forEach(known::add);
    if (!known.contains(name)) {
      throw new FoveaException(option + " \"" + name + "\": unknown" + Suggest.hint(name, known));
    }
    return Policy.parse(part).transform(rule);
  }

  /**
   * Requires a text that is understood, before data are read.
   *
   * @throws FoveaException if it is not
   */
  static void require(String text) {
    parse(text, ANY);
  }

  /**
   * Requires a text of a view that is understood, before data are read.
   *
   * @throws FoveaException if it is not
   */
  static void requireView(String text) {
    view(text, ANY);
  }

  private static int pixels(String option, String... words) {
    if (words.length == 1) {
      return USUAL_SHIFT;
    }
    if (!words[1].matches("\\d{1,4}") || Integer.parseInt(words[1]) > MAX_SHIFT) {
      throw new FoveaException(
          option + " shift:" + words[1] + ": a number of pixels from 0 to 1000 expected");
    }
    return Integer.parseInt(words[1]);
  }
}
