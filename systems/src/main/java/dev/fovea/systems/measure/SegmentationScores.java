package dev.fovea.systems.measure;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.ConfusionMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Figures of maps of classes, from one confusion matrix over the pixels of all pictures.
 *
 * <p>Maps have the pictures' own sizes, which may differ. Pixels whose true class is the one to
 * ignore do not count, whatever is predicted there. One thread adds at a time.
 */
public final class SegmentationScores {
  private final List<String> classes;
  private final OptionalInt ignored;
  private final long[][] counts;
  private final double[] iou;
  private final double[] dice;
  private final long[] without;
  private long pictures;

  /**
   * Measures.
   *
   * @param classes the classes' names, in the order of their numbers
   * @param ignored the number of pixels that do not count, often 255
   */
  public SegmentationScores(List<String> classes, OptionalInt ignored) {
    this.classes = List.copyOf(classes);
    this.ignored = ignored;
    int n = classes.size();
    this.counts = new long[n][n];
    this.iou = new double[n];
    this.dice = new double[n];
    this.without = new long[n];
  }

  /** Measures maps of which all pixels count. */
  public SegmentationScores(List<String> classes) {
    this(classes, OptionalInt.empty());
  }

  /**
   * Adds a picture.
   *
   * @param truth the class of each pixel [H, W]
   * @param predicted what was predicted [H, W]
   * @throws FoveaException if the maps are of different shapes or hold a class without name
   */
  public SegmentationScores add(Tensor truth, Tensor predicted) {
    if (!truth.shape().equals(predicted.shape())) {
      throw new FoveaException(
          "segmentation: the truth is %s, the prediction %s"
              .formatted(truth.shape(), predicted.shape()));
    }
    int n = classes.size();
    long[][] own = new long[n][n];
    for (int i = 0; i < truth.data().length; i++) {
      float label = truth.data()[i];
      if (ignored.isEmpty() || label != ignored.getAsInt()) {
        own[require(label, "truth")][require(predicted.data()[i], "prediction")]++;
      }
    }
    ConfusionMatrix picture = ConfusionMatrix.of(own, classes);
    for (int c = 0; c < n; c++) {
      if (picture.samples(c) + picture.predicted(c) == 0) {
        without[c]++;
      } else {
        iou[c] += picture.iou(c);
        dice[c] += picture.f1(c);
      }
      for (int p = 0; p < n; p++) {
        counts[c][p] += own[c][p];
      }
    }
    pictures++;
    return this;
  }

  private int require(float label, String what) {
    int c = (int) label;
    if (c != label || c < 0 || c >= classes.size()) {
      throw new FoveaException(
          "segmentation: a pixel of class %s in the %s, there are classes 0 to %s"
              .formatted(label, what, classes.size() - 1));
    }
    return c;
  }

  /** Returns all figures of the pictures that were added. */
  public SegmentationResult result() {
    List<SegmentationResult.PerPicture> all = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      all.add(new SegmentationResult.PerPicture(iou[c], dice[c], pictures, without[c]));
    }
    return new SegmentationResult(ConfusionMatrix.of(counts, classes), all);
  }
}
