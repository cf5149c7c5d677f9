package dev.fovea.studio.state;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Two classifiers on the same samples.
 *
 * @param first how the first did
 * @param second how the second did
 * @param samples how many samples there were
 * @param agree of how many of them both said the same
 * @param differ the samples of which they did not
 */
public record Comparison(Side first, Side second, int samples, int agree, List<Difference> differ) {
  private static final int BATCH = 50;

  /**
   * How one of them did.
   *
   * @param right how many samples it read correctly
   * @param millis how long it took for a sample, in batches
   */
  public record Side(int right, double millis) {}

  /**
   * A sample of which they said different things.
   *
   * @param index its number
   * @param label its class
   * @param first what the first said
   * @param second what the second said
   */
  public record Difference(int index, int label, int first, int second) {}

  /** Copies the list. */
  public Comparison {
    differ = List.copyOf(differ);
  }

  /**
   * Shows the first samples of a data set to both, each in the way it takes pictures.
   *
   * @throws FoveaException if one has not as many classes as the data set
   */
  public static Comparison of(OpenModel a, OpenModel b, Dataset data, int most) {
    requireClasses(a, data);
    requireClasses(b, data);
    int n = Math.min(most, data.size());
    int[][] answers = new int[2][n];
    double[] nanos = new double[2];
    for (int from = 0; from < n; from += BATCH) {
      int size = Math.min(BATCH, n - from);
      List<Tensor> pictures = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        pictures.add(data.read(from + i, Seed.of(0)).picture());
      }
      nanos[0] += answer(a, pictures, answers[0], from);
      nanos[1] += answer(b, pictures, answers[1], from);
    }
    int[] right = new int[2];
    List<Difference> differ = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int label = data.read(i, Seed.of(0)).label();
      right[0] += answers[0][i] == label ? 1 : 0;
      right[1] += answers[1][i] == label ? 1 : 0;
      if (answers[0][i] != answers[1][i]) {
        differ.add(new Difference(i, label, answers[0][i], answers[1][i]));
      }
    }
    return new Comparison(
        new Side(right[0], nanos[0] / 1e6 / n),
        new Side(right[1], nanos[1] / 1e6 / n),
        n,
        n - differ.size(),
        differ);
  }

  private static void requireClasses(OpenModel net, Dataset data) {
    int classes = net.model().output(0).classes();
    if (classes != data.classes().size()) {
      throw new FoveaException(
          "compare: %s knows %s classes, the data have %s"
              .formatted(net.name(), classes, data.classes().size()));
    }
  }

  /** Writes what a network says of pictures; returns the nanoseconds that it computed. */
  private static long answer(OpenModel net, List<Tensor> pictures, int[] to, int from) {
    Tensor batch = Tensor.zeros(net.input().prepend(pictures.size()));
    int each = net.input().elements();
    for (int i = 0; i < pictures.size(); i++) {
      Tensor input = net.rule().input(net.place(pictures.get(i)));
      System.arraycopy(input.data(), 0, batch.data(), i * each, each);
    }
    if (from == 0) {
      var _ = net.model().predictAll(batch); // it is compiled before it is timed
    }
    long begin = System.nanoTime();
    List<Prediction> said = net.model().predictAll(batch);
    long took = System.nanoTime() - begin;
    for (int i = 0; i < said.size(); i++) {
      to[from + i] = said.get(i).best().index();
    }
    return took;
  }
}
