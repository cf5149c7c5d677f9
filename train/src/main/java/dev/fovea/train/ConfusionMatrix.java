package dev.fovea.train;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** A confusion matrix: how often each class is predicted for the samples of each class. */
public final class ConfusionMatrix {
  /** Counts samples by true and predicted class; its value is {@link #meanIou}. */
  static final Metric METRIC = new Counts();

  private final long[][] counts;
  private final List<String> labels;

  private ConfusionMatrix(long[][] counts, List<String> labels) {
    this.counts = counts;
    this.labels = List.copyOf(labels);
  }

  /**
   * Returns the matrix of a classifier on a data set, labelled with the data set's classes. If some
   * labels are ignored, use {@link Evaluator#examine} with the loss that ignores them.
   */
  public static ConfusionMatrix of(Model model, Dataset data) {
    return of(
        new Evaluator(model, null, List.of(METRIC), List.of()).sums(data).get(0), data.classes());
  }

  /** Returns the matrix of the sums of {@link #METRIC}. */
  static ConfusionMatrix of(double[] sums, List<String> labels) {
    int n = (int) Math.round(Math.sqrt(sums.length));
    long[][] counts = new long[n][n];
    for (int i = 0; i < sums.length; i++) {
      counts[i / n][i % n] = (long) sums[i];
    }
    return new ConfusionMatrix(counts, labels);
  }

  /**
   * Returns the matrix of these counts.
   *
   * @param counts one row per true class, one column per predicted class
   * @param labels the classes' names; may be empty
   * @throws FoveaException if the matrix is not square
   */
  public static ConfusionMatrix of(long[][] counts, List<String> labels) {
    long[][] copy = new long[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      if (counts[i].length != counts.length) {
        throw new FoveaException("confusion matrix: not square: row " + i);
      }
      copy[i] = counts[i].clone();
    }
    return new ConfusionMatrix(copy, labels);
  }

  /** Returns the number of classes. */
  public int classes() {
    return counts.length;
  }

  /** Returns the name of a class; its number if it has none. */
  public String label(int c) {
    return c < labels.size() ? labels.get(c) : Integer.toString(c);
  }

  /**
   * Returns for how many samples of class {@code actual} the class {@code predicted} was predicted.
   */
  public long count(int actual, int predicted) {
    return counts[actual][predicted];
  }

  /** Returns the number of samples of a class. */
  public long samples(int c) {
    long n = 0;
    for (long count : counts[c]) {
      n += count;
    }
    return n;
  }

  /** Returns how often a class was predicted. */
  public long predicted(int c) {
    long n = 0;
    for (long[] row : counts) {
      n += row[c];
    }
    return n;
  }

  /** Returns the share of samples that are classified correctly; NaN without samples. */
  public double accuracy() {
    long right = 0;
    long all = 0;
    for (int c = 0; c < counts.length; c++) {
      right += counts[c][c];
      all += samples(c);
    }
    return (double) right / all;
  }

  /**
   * Returns the share of correct predictions among all predictions of a class; NaN if there are
   * none.
   */
  public double precision(int c) {
    return (double) counts[c][c] / predicted(c);
  }

  /**
   * Returns the share of correctly classified samples among all samples of a class; NaN if there
   * are none.
   */
  public double recall(int c) {
    return (double) counts[c][c] / samples(c);
  }

  /**
   * Returns the harmonic mean of precision and recall, 2·p·r / (p + r); NaN if a class has neither
   * samples nor predictions.
   */
  public double f1(int c) {
    return 2.0 * counts[c][c] / (samples(c) + predicted(c));
  }

  /**
   * Returns the intersection over union of a class, the Jaccard index: correctly classified samples
   * (pixels of a mask) over those that are of the class or predicted as it; NaN if there are none.
   */
  public double iou(int c) {
    long union = samples(c) + predicted(c) - counts[c][c];
    return (double) counts[c][c] / union;
  }

  /** Returns the mean {@link #iou} of the classes that have samples or predictions. */
  public double meanIou() {
    return mean(this::iou);
  }

  /** Returns the mean {@link #f1} of the classes that have samples or predictions. */
  public double macroF1() {
    return mean(this::f1);
  }

  private double mean(IntToDoubleFunction ofClass) {
    return IntStream.range(0, counts.length)
        .mapToDouble(ofClass)
        .filter(x -> !Double.isNaN(x))
        .average()
        .orElse(Double.NaN);
  }

  /** Sums: one per pair of true and predicted class. */
  private static final class Counts implements Metric {
    @Override
    public String name() {
      return "mean_iou";
    }

    @Override
    public int sums(Output output) {
      int n = Math.max(2, Classes.of(output.shape()));
      return n * n;
    }

    @Override
    public void add(double[] sums, Output output, Tensor values, Tensor target) {
      int rows = Classes.rows(values, target);
      int outputs = values.data().length / rows;
      int n = Math.max(2, outputs);
      for (int r = 0; r < rows; r++) {
        if (!Classes.counts(target, r, rows)) {
          continue;
        }
        int label = Classes.label(target, r, rows);
        if (label < 0 || label >= n) {
          throw new FoveaException(
              "confusion matrix: class " + label + " in the data, the network has " + n);
        }
        sums[label * n + Classes.best(values.data(), r, outputs, output)]++;
      }
    }

    @Override
    public double value(double[] sums) {
      return ConfusionMatrix.of(sums, List.of()).meanIou();
    }
  }
}
