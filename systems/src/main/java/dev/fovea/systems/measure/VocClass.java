package dev.fovea.systems.measure;

import java.util.List;

/**
 * How well the objects of one class were found, as VOC counts it: for each that was found, by
 * falling score, what holds if those before and it are all that was found.
 *
 * @param label the name of the class
 * @param objects how many objects count
 * @param recall the share of the objects that were found
 * @param precision the share of right ones among those that were found and count
 * @param score the score
 */
public record VocClass(
    String label, long objects, List<Double> recall, List<Double> precision, List<Double> score) {
  /** Copies the lists. */
  public VocClass {
    recall = List.copyOf(recall);
    precision = List.copyOf(precision);
    score = List.copyOf(score);
  }

  /** Returns the average precision of VOC 2010 and later; −1 where no object counts. */
  public double allPoints() {
    return objects == 0 ? -1 : AveragePrecision.allPoints(array(recall), array(precision));
  }

  /** Returns the average precision of VOC 2007, at eleven points; −1 where no object counts. */
  public double elevenPoints() {
    return objects == 0 ? -1 : AveragePrecision.elevenPoints(array(recall), array(precision));
  }

  private static double[] array(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
