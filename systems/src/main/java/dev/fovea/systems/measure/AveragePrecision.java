package dev.fovea.systems.measure;

/**
 * Average precision: the area under a curve of precision over recall, by the rules of PASCAL VOC.
 *
 * <p>A curve has one point for each object that was found, by falling score: recall, the share of
 * the objects that are there found so far, and precision, the share of right ones among those found
 * so far.
 */
public final class AveragePrecision {
  private static final int ELEVEN = 11;

  private AveragePrecision() {}

  /**
   * Returns the area under the monotone curve, as VOC counts it from 2010 on: the sum over all
   * steps of recall of step × the greatest precision at that recall or above.
   */
  public static double allPoints(double[] recall, double[] precision) {
    double area = 0;
    double best = 0;
    for (int i = recall.length - 1; i >= 0; i--) {
      best = Math.max(best, precision[i]);
      double before = i == 0 ? 0 : recall[i - 1];
      area += (recall[i] - before) * best;
    }
    return area;
  }

  /**
   * Returns the mean, over recall 0, 0.1 … 1, of the greatest precision at that recall or above, as
   * VOC 2007 counts it.
   */
  public static double elevenPoints(double[] recall, double[] precision) {
    double sum = 0;
    for (int k = 0; k < ELEVEN; k++) {
      double best = 0;
      for (int i = 0; i < recall.length; i++) {
        if (recall[i] >= k * 0.1) {
          best = Math.max(best, precision[i]);
        }
      }
      sum += best / ELEVEN;
    }
    return sum;
  }
}
