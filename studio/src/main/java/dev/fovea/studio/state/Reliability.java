package dev.fovea.studio.state;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a classifier's confidence can be believed (Guo et al., 2017): of the samples whose best
 * class got a probability in one of ten equal parts of [0, 1], the mean of that probability and the
 * share that is right.
 *
 * @param bins the parts in order
 * @param samples how many samples were looked at
 * @param error the expected calibration error Σ n/N · |confidence − accuracy| over the parts
 */
public record Reliability(List<Bin> bins, int samples, double error) {
  private static final int BINS = 10;
  private static final int BATCH = 100;

  /**
   * One part.
   *
   * @param count how many samples fall into it
   * @param confidence the mean probability of the best class; 0 where there are none
   * @param accuracy the share of samples whose best class is theirs; 0 where there are none
   */
  public record Bin(int count, double confidence, double accuracy) {}

  /** Copies the list. */
  public Reliability {
    bins = List.copyOf(bins);
  }

  /** Looks at the first samples of a data set. */
  public static Reliability of(Model model, Dataset data, int most) {
    List<Double> confidences = new ArrayList<>();
    List<Boolean> right = new ArrayList<>();
    try (BatchStream stream = data.take(most).batches(BATCH).open(Seed.of(0))) {
      for (Batch b = stream.next(); b != null; b = stream.next()) {
        List<Prediction> answers = model.predictAll(b.input());
        for (int i = 0; i < b.size(); i++) {
          Prediction.Guess best = answers.get(i).best();
          confidences.add((double) best.probability());
          right.add(best.index() == (int) b.target().data()[i]);
        }
      }
    }
    return of(confidences, right);
  }

  /**
   * Returns the parts of samples, of each of which the confidence and whether it was right is told.
   */
  static Reliability of(List<Double> confidences, List<Boolean> right) {
    int[] counts = new int[BINS];
    double[] sums = new double[BINS];
    int[] hits = new int[BINS];
    for (int i = 0; i < confidences.size(); i++) {
      int bin = Math.clamp((long) (confidences.get(i) * BINS), 0, BINS - 1);
      counts[bin]++;
      sums[bin] += confidences.get(i);
      hits[bin] += right.get(i) ? 1 : 0;
    }
    List<Bin> bins = new ArrayList<>();
    double error = 0;
    for (int b = 0; b < BINS; b++) {
      int n = Math.max(1, counts[b]);
      bins.add(new Bin(counts[b], sums[b] / n, (double) hits[b] / n));
      error += Math.abs(sums[b] - hits[b]);
    }
    return new Reliability(bins, confidences.size(), error / Math.max(1, confidences.size()));
  }
}
