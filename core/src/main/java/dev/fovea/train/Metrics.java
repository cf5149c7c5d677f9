package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** The metrics, to be imported statically. */
public final class Metrics {
  private Metrics() {}

  /**
   * Returns the share of samples (or places, where the network classifies each) whose largest
   * output is the right class. Of a single output, a logit, the sign decides.
   */
  public static Metric accuracy() {
    return new TopK("accuracy", 1);
  }

  /**
   * Returns the share of samples whose class is among the {@code k} largest outputs.
   *
   * @throws FoveaException if {@code k} is below 1
   */
  public static Metric topK(int k) {
    if (k < 1) {
      throw new FoveaException("top-k accuracy: k must be at least 1, got " + k);
    }
    return new TopK("top_" + k, k);
  }

  /** Returns the mean of |output − target|. */
  public static Metric meanAbsoluteError() {
    return new Distance("mean_absolute_error", false);
  }

  /** Returns the square root of the mean of (output − target)². */
  public static Metric rootMeanSquaredError() {
    return new Distance("root_mean_squared_error", true);
  }

  /** Sums: hits, rows that count. */
  private record TopK(String name, int k) implements Metric {
    @Override
    public void add(double[] sums, Tensor output, Tensor target) {
      int rows = Classes.rows(output, target);
      int classes = output.data().length / rows;
      int hits = 0;
      int counted = 0;
      for (int r = 0; r < rows; r++) {
        if (Classes.counts(target, r, rows)) {
          int label = Classes.label(target, r, rows);
          hits += Classes.rank(output.data(), r, classes, label) < k ? 1 : 0;
          counted++;
        }
      }
      sums[0] += hits;
      sums[1] += counted;
    }

    @Override
    public double value(double[] sums) {
      return sums[0] / sums[1];
    }
  }

  /** Sums: distances, elements. */
  private record Distance(String name, boolean squared) implements Metric {
    @Override
    public boolean higherIsBetter() {
      return false;
    }

    @Override
    public int sums(Shape output) {
      return 2;
    }

    @Override
    public void add(double[] sums, Tensor output, Tensor target) {
      float[] y = output.data();
      float[] t = target.data();
      if (!output.shape().sameButForOnes(target.shape())) {
        throw new FoveaException(
            name + ": outputs " + output.shape() + " and targets " + target.shape() + " differ");
      }
      double sum = 0;
      int counted = 0;
      for (int i = 0; i < y.length; i++) {
        if (!Float.isNaN(t[i])) {
          double d = (double) y[i] - t[i];
          sum += squared ? d * d : Math.abs(d);
          counted++;
        }
      }
      sums[0] += sum;
      sums[1] += counted;
    }

    @Override
    public double value(double[] sums) {
      double mean = sums[0] / sums[1];
      return squared ? Math.sqrt(mean) : mean;
    }
  }
}
