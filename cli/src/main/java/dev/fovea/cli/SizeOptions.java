package dev.fovea.cli;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Trainer;
import dev.fovea.train.TrainingSize;
import dev.fovea.vision.Placement.Size;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that lets a detector learn from pictures of several sizes in turn. */
final class SizeOptions {
  private static final String NAME = "--sizes";
  private static final String AUTO = "auto";

  /** How many batches have one size, as in Darknet. */
  private static final int TURN = 10;

  /** Sides that are chosen by themselves are multiples of the coarsest stride of a map. */
  private static final int STEP = 32;

  private static final double LEAST = 0.75;
  private static final double MOST = 1.5;
  private static final int MOST_SIZES = 16;

  @Option(
      names = NAME,
      paramLabel = "LIST",
      description =
          "Sizes HxW of the pictures that a detector learns from beside that of --input, such as"
              + " 160x224,224x288; one is drawn for every 10 batches. auto: up to 16 sizes with"
              + " sides of multiples of 32, from three quarters of the input to one and a half"
              + " (default: none).")
  private @Nullable String sizes;

  /**
   * Requires that nothing was said.
   *
   * @throws FoveaException if something was
   */
  void requireNone(String net) {
    if (sizes != null) {
      throw new FoveaException(NAME + ": needs a detector, " + net + " is not one");
    }
  }

  /** Requires that the network is not made smaller while it learns from several sizes. */
  void requireAlone(CompressionOptions compression) {
    if (sizes != null) {
      compression.requireNone(NAME);
    }
  }

  /** Adds what was chosen to the settings that are saved with a model. */
  void put(Map<String, Object> fields) {
    if (sizes != null) {
      fields.put("sizes", sizes);
    }
  }

  /**
   * Returns the sizes beside that of the input.
   *
   * @throws FoveaException if the text is not understood
   */
  List<Size> beside(Shape input) {
    if (sizes == null) {
      return List.of();
    }
    Size own = new Size(input.dim(0), input.dim(1));
    Set<Size> all = sizes.strip().equals(AUTO) ? multiples(own) : named(sizes);
    all.remove(own);
    if (all.isEmpty() || all.size() > MOST_SIZES) {
      throw new FoveaException(
          "%s \"%s\": 1 to %s sizes beside %sx%s expected, got %s"
              .formatted(
                  NAME, Text.shown(sizes), MOST_SIZES, own.height(), own.width(), all.size()));
    }
    return List.copyOf(all);
  }

  /** Returns sizes of nearly the form of another one, whose sides are multiples of 32. */
  private static Set<Size> multiples(Size own) {
    int shorter = Math.min(own.height(), own.width());
    int step = STEP;
    while ((MOST - LEAST) * shorter / step >= MOST_SIZES) {
      step *= 2;
    }
    Set<Size> all = new LinkedHashSet<>();
    for (int side = step; side <= MOST * shorter; side += step) {
      if (side >= LEAST * shorter) {
        double factor = (double) side / shorter;
        all.add(new Size(rounded(factor * own.height()), rounded(factor * own.width())));
      }
    }
    return all;
  }

  private static int rounded(double side) {
    return STEP * Math.toIntExact(Math.round(side / STEP));
  }

  private static Set<Size> named(String text) {
    Set<Size> all = new LinkedHashSet<>();
    for (String word : text.split(",", -1)) {
      String[] sides = word.strip().split("x", -1);
      try {
        if (sides.length == 2) {
          all.add(new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[1])));
          continue;
        }
      } catch (NumberFormatException e) {
        // Told below, like words that are no two numbers.
      }
      throw new FoveaException(
          "%s \"%s\": \"%s\" is no height and width in pixels, such as 160x224"
              .formatted(NAME, Text.shown(text), Text.shown(word.strip())));
    }
    return all;
  }

  /** Returns a trainer that learns from these sizes too. */
  static Trainer apply(Trainer trainer, List<TrainingSize> others) {
    return others.isEmpty()
        ? trainer
        : trainer.multiScale(TURN, others.toArray(TrainingSize[]::new));
  }
}
