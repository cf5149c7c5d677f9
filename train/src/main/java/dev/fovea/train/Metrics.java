package dev.fovea.train;

import dev.fovea.data.Task;
import dev.fovea.nn.Output;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;

/** Factories of metrics, for static import. */
public final class Metrics {
  private Metrics() {}

  /**
   * Returns the share of samples (or of pixels of a mask) whose likeliest class is correct; for a
   * multi-label task, the share of correct decisions.
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

  /**
   * Returns the mean intersection over union of the classes: the correctly classified samples (or
   * pixels) of a class over those that are of the class or predicted as it. Classes with neither
   * samples nor predictions are left out.
   */
  public static Metric meanIou() {
    return ConfusionMatrix.METRIC;
  }

  /** Returns the mean of |output − target|. */
  public static Metric meanAbsoluteError() {
    return new Distance("mean_absolute_error", false);
  }

  /** Returns the square root of the mean of (output − target)². */
  public static Metric rootMeanSquaredError() {
    return new Distance("root_mean_squared_error", true);
  }

  private static void requireAlike(String metric, Tensor values, Tensor target) {
    if (!values.shape().sameButForOnes(target.shape())) {
      throw new FoveaException(
          metric + ": outputs " + values.shape() + " and targets " + target.shape() + " differ");
    }
  }

  /** Sums: hits, rows that count. */
  private record TopK(String name, int k) implements Metric {
    @Override
    public void add(double[] sums, Output output, Tensor values, Tensor target) {
      if (output.task() == Task.LABELS) {
        addAnswers(sums, output, values, target);
        return;
      }
      int rows = Classes.rows(values, target);
      int classes = values.data().length / rows;
      int hits = 0;
      int counted = 0;
      for (int r = 0; r < rows; r++) {
        if (Classes.counts(target, r, rows)) {
          int label = Classes.label(target, r, rows);
          hits += Classes.rank(values.data(), r, classes, output, label) < k ? 1 : 0;
          counted++;
        }
      }
      sums[0] += hits;
      sums[1] += counted;
    }

    private void addAnswers(double[] sums, Output output, Tensor values, Tensor target) {
      requireAlike(name, values, target);
      for (int i = 0; i < values.data().length; i++) {
        float wanted = target.data()[i];
        if (!Float.isNaN(wanted)) {
          sums[0] += output.isLikely(values.data()[i]) == wanted > 0.5f ? 1 : 0;
          sums[1]++;
        }
      }
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
    public int sums(Output output) {
      return 2;
    }

    @Override
    public void add(double[] sums, Output output, Tensor values, Tensor target) {
      requireAlike(name, values, target);
      float[] y = values.data();
      float[] t = target.data();
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
