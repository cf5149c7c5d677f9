package dev.fovea.systems.segment;

import dev.fovea.data.Mark;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Losses;
import dev.fovea.systems.label.LabelNames;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Metric;
import dev.fovea.train.Metrics;
import dev.fovea.train.Objective;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What a network that answers with a class for every pixel is trained and measured with.
 *
 * @param classes the names of the classes; one called {@link LabelNames#BACKGROUND} is what is not
 *     looked for
 */
public record Segmentation(List<String> classes) {
  /** Copies the list. */
  public Segmentation {
    classes = List.copyOf(classes);
  }

  /** Returns the number of the background, if there is one. */
  public OptionalInt background() {
    return IntStream.range(0, classes.size())
        .filter(c -> classes.get(c).equalsIgnoreCase(LabelNames.BACKGROUND))
        .findFirst();
  }

  /** Returns the only class that is looked for, if there is just one beside a background. */
  public OptionalInt object() {
    OptionalInt background = background();
    return classes.size() == 2 && background.isPresent()
        ? OptionalInt.of(1 - background.getAsInt())
        : OptionalInt.empty();
  }

  /**
   * Returns a map in which pixels of the background are of no class, −1.
   *
   * @param map the class of each pixel [H, W], which is changed
   */
  public Tensor withoutBackground(Tensor map) {
    if (background().isPresent()) {
      int none = background().getAsInt();
      for (int i = 0; i < map.data().length; i++) {
        map.data()[i] = map.data()[i] == none ? -1 : map.data()[i];
      }
    }
    return map;
  }

  /**
   * Returns the sum of cross-entropy and {@link ClassDice}; pixels of {@link Mark.Mask#IGNORED} do
   * not count.
   *
   * @param pixels the cross-entropy, with its class weights, or {@link PixelCrossEntropy} of
   *     samples that {@link BorderWeights} weighs
   */
  public Objective objective(Loss pixels) {
    return Objective.of(
        Objective.head(0, 0, pixels(pixels)),
        Objective.head(0, 0, new ClassDice(background(), Mark.Mask.IGNORED)));
  }

  /** Returns a cross-entropy in which pixels of {@link Mark.Mask#IGNORED} do not count. */
  public Loss pixels(Loss pixels) {
    return pixels instanceof Losses.CrossEntropy c ? c.ignore(Mark.Mask.IGNORED) : pixels;
  }

  /**
   * Returns the share of pixels of the right class, and over all pixels together {@code iou} and
   * {@code dice}: those of the {@link #object} if there is one, else their means over the classes
   * that are there or predicted.
   */
  public List<Metric> metrics() {
    return List.of(
        Metrics.accuracy(), new OverlapMetric(false, object()), new OverlapMetric(true, object()));
  }
}
