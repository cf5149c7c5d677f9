package dev.fovea.systems.measure;

import dev.fovea.train.ConfusionMatrix;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well the classes of pixels were predicted.
 *
 * <p>Figures that nothing speaks for, such as the IoU of a class that is neither there nor
 * predicted, are NaN and left out of means.
 *
 * @param confusion how many pixels of each class were taken for each class, over all pictures
 * @param perPicture figures of each class taken picture by picture, which are other numbers
 */
public record SegmentationResult(ConfusionMatrix confusion, List<PerPicture> perPicture) {
  /** Copies the list. */
  public SegmentationResult {
    perPicture = List.copyOf(perPicture);
  }

  /**
   * Figures of one class summed over the pictures that have it, in truth or prediction.
   *
   * @param iou the sum of intersections over unions
   * @param dice the sum of Dice coefficients
   * @param pictures how many pictures there are
   * @param without how many of them have the class neither in truth nor in prediction
   */
  public record PerPicture(double iou, double dice, long pictures, long without) {
    /**
     * Returns the mean IoU of pictures.
     *
     * @param whenEmpty what a picture without the class counts, 1 or 0 by convention
     */
    public double meanIou(double whenEmpty) {
      return (iou + whenEmpty * without) / pictures;
    }

    /**
     * Returns the mean Dice coefficient of pictures.
     *
     * @param whenEmpty what a picture without the class counts, 1 or 0 by convention
     */
    public double meanDice(double whenEmpty) {
      return (dice + whenEmpty * without) / pictures;
    }
  }

  /** Returns the share of pixels whose class was predicted. */
  public double pixelAccuracy() {
    return confusion.accuracy();
  }

  /** Returns the share of a class's pixels whose class was predicted; NaN if it has none. */
  public double classAccuracy(int c) {
    return (double) confusion.count(c, c) / confusion.samples(c);
  }

  /** Returns the mean {@link #classAccuracy} of the classes that there are. */
  public double meanClassAccuracy() {
    return mean(this::isThere, this::classAccuracy);
  }

  /** Returns the intersection over union of a class; NaN if it is not there nor predicted. */
  public double iou(int c) {
    return confusion.iou(c);
  }

  /** Returns the mean {@link #iou} of the classes that are there or predicted. */
  public double meanIou() {
    return confusion.meanIou();
  }

  /** Returns the mean {@link #iou} of the classes that are there. */
  public double meanIouOfPresent() {
    return mean(this::isThere, this::iou);
  }

  /** Returns the mean {@link #iou} of the classes, weighted by the share of their pixels. */
  public double frequencyWeightedIou() {
    double sum = 0;
    long pixels = 0;
    for (int c = 0; c < confusion.classes(); c++) {
      sum += isThere(c) ? confusion.samples(c) * iou(c) : 0;
      pixels += confusion.samples(c);
    }
    return sum / pixels;
  }

  /**
   * Returns the Dice coefficient of a class, 2 · intersection / (true + predicted pixels); NaN if
   * it is not there nor predicted.
   */
  public double dice(int c) {
    return isThereOrPredicted(c) ? confusion.f1(c) : Double.NaN;
  }

  /** Returns the mean {@link #dice} of the classes that are there or predicted. */
  public double meanDice() {
    return mean(this::isThereOrPredicted, this::dice);
  }

  private boolean isThere(int c) {
    return confusion.samples(c) > 0;
  }

  private boolean isThereOrPredicted(int c) {
    return confusion.samples(c) + confusion.predicted(c) > 0;
  }

  private double mean(IntPredicate which, IntToDoubleFunction figure) {
    return IntStream.range(0, confusion.classes())
        .filter(which)
        .mapToDouble(figure)
        .average()
        .orElse(Double.NaN);
  }
}
