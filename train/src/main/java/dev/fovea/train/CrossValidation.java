package dev.fovea.train;

import dev.fovea.data.DataSplit;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The results of cross-validation: the scores of trainings on several splits of one data set
 * (Stone, 1974), such as those of {@link dev.fovea.data.Folds}.
 *
 * @param folds the scores of each split's test samples
 */
public record CrossValidation(List<Scores> folds) {
  /**
   * Copies the list.
   *
   * @throws FoveaException if it is empty
   */
  public CrossValidation {
    folds = List.copyOf(folds);
    if (folds.isEmpty()) {
      throw new FoveaException("cross-validation: needs at least one split");
    }
  }

  /**
   * Returns the scores of a training on each split.
   *
   * @param training trains a new model on a split and returns the scores of its test samples
   */
  public static CrossValidation of(List<DataSplit> splits, Function<DataSplit, Scores> training) {
    List<Scores> folds = new ArrayList<>();
    splits.forEach(s -> folds.add(training.apply(s)));
    return new CrossValidation(folds);
  }

  /** Returns the mean loss. */
  public double meanLoss() {
    return folds.stream().mapToDouble(Scores::loss).average().orElseThrow();
  }

  /** Returns the mean of a metric. */
  public double mean(String metric) {
    return folds.stream().mapToDouble(s -> s.metric(metric)).average().orElseThrow();
  }

  /**
   * Returns the sample standard deviation (n − 1) of a metric over the splits; 0 for a single
   * split.
   */
  public double deviation(String metric) {
    double mean = mean(metric);
    double squares = folds.stream().mapToDouble(s -> Math.pow(s.metric(metric) - mean, 2)).sum();
    return Math.sqrt(squares / Math.max(1, folds.size() - 1));
  }
}
