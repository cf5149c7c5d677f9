package dev.fovea.systems.measure;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Panoptic quality of each class and its means.
 *
 * @param classes the figures of each class
 */
public record PanopticResult(List<PerClass> classes) {
  /** Copies the list. */
  public PanopticResult {
    classes = List.copyOf(classes);
  }

  /**
   * How well the segments of one class were predicted.
   *
   * @param label the name of the class
   * @param thing whether its objects are told apart
   * @param right the number of right segments, TP
   * @param wrong the number of false segments, FP
   * @param missed the number of missed segments, FN
   * @param overlap the sum of the intersections over unions of right segments
   */
  public record PerClass(
      String label, boolean thing, long right, long wrong, long missed, double overlap) {
    /** Returns whether the class is there or predicted. */
    public boolean counts() {
      return right + wrong + missed > 0;
    }

    /** Returns the panoptic quality; 0 where nothing counts. */
    public double pq() {
      return counts() ? overlap / halves() : 0;
    }

    /** Returns the segmentation quality, the mean IoU of right segments; 0 without any. */
    public double sq() {
      return right > 0 ? overlap / right : 0;
    }

    /** Returns the recognition quality, TP / (TP + FP / 2 + FN / 2); 0 where nothing counts. */
    public double rq() {
      return counts() ? right / halves() : 0;
    }

    private double halves() {
      return right + 0.5 * wrong + 0.5 * missed;
    }
  }

  /**
   * Means over classes that count.
   *
   * @param pq the mean panoptic quality
   * @param sq the mean segmentation quality
   * @param rq the mean recognition quality
   * @param classes how many classes count; where it is 0 the means say nothing
   */
  public record Mean(double pq, double sq, double rq, long classes) {}

  /** Returns the means over all classes. */
  public Mean all() {
    return mean(classes);
  }

  /** Returns the means over classes whose objects are told apart. */
  public Mean things() {
    return mean(classes.stream().filter(PerClass::thing).toList());
  }

  /** Returns the means over the other classes. */
  public Mean stuff() {
    return mean(classes.stream().filter(c -> !c.thing()).toList());
  }

  private static Mean mean(List<PerClass> of) {
    List<PerClass> counting = of.stream().filter(PerClass::counts).toList();
    return new Mean(
        mean(counting, PerClass::pq),
        mean(counting, PerClass::sq),
        mean(counting, PerClass::rq),
        counting.size());
  }

  private static double mean(List<PerClass> of, ToDoubleFunction<PerClass> figure) {
    return of.stream().mapToDouble(figure).average().orElse(0);
  }
}
