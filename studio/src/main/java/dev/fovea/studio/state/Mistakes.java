package dev.fovea.studio.state;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a classifier says of samples whose classes are known.
 *
 * @param counts how often the class of a row was taken for that of a column
 * @param wrong samples that were taken for another class, the surest mistake first
 * @param right how many were not
 * @param samples how many were looked at
 */
public record Mistakes(List<List<Integer>> counts, List<Mistake> wrong, int right, int samples) {
  private static final int BATCH = 100;

  /**
   * One mistake.
   *
   * @param index the number of the sample
   * @param label its class
   * @param answer the class that it was taken for
   * @param share how likely the network held its own class, in [0, 1]
   */
  public record Mistake(int index, int label, int answer, double share) {}

  /** Looks at the first samples of a data set. */
  public static Mistakes of(Model model, Dataset data, int most) {
    int classes = model.output(0).classes();
    int[][] counts = new int[classes][classes];
    List<Mistake> wrong = new ArrayList<>();
    int seen = 0;
    try (BatchStream stream = data.take(most).batches(BATCH).open(Seed.of(0))) {
      for (Batch b = stream.next(); b != null; b = stream.next()) {
        List<Prediction> answers = model.predictAll(b.input());
        for (int i = 0; i < b.size(); i++, seen++) {
          int label = (int) b.target().data()[i];
          int answer = answers.get(i).best().index();
          counts[label][answer]++;
          if (answer != label) {
            wrong.add(new Mistake(seen, label, answer, answers.get(i).probabilities()[label]));
          }
        }
      }
    }
    wrong.sort(Comparator.comparingDouble(Mistake::share));
    return new Mistakes(rows(counts), List.copyOf(wrong), seen - wrong.size(), seen);
  }

  private static List<List<Integer>> rows(int[][] counts) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int[] row : counts) {
      List<Integer> one = new ArrayList<>();
      for (int n : row) {
        one.add(n);
      }
      rows.add(one);
    }
    return rows;
  }
}
