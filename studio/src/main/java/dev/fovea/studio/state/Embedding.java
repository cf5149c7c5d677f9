package dev.fovea.studio.state;

import dev.fovea.data.Dataset;
import dev.fovea.insight.embed.Pca;
import dev.fovea.insight.embed.TSne;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples as points of a plane, near to each other where a network's features of them are.
 *
 * @param method {@code pca} or {@code t-sne}
 * @param points the places [N, 2]
 * @param labels the class of each sample
 * @param nearest the share of samples whose nearest point is of their class
 */
public record Embedding(String method, Tensor points, List<Integer> labels, double nearest) {
  /** The methods. */
  public static final List<String> METHODS = List.of("pca", "t-sne");

  private static final int STEPS = 500;

  /** Copies the list. */
  public Embedding {
    labels = List.copyOf(labels);
  }

  /**
   * Places the first samples of a data set, which go into the network as the data set gives them.
   *
   * @throws FoveaException if there are fewer than 8, or the network has no features
   */
  public static Embedding of(OpenModel net, Dataset data, int most, String method) {
    int n = Math.min(most, data.size());
    if (n < 8) {
      throw new FoveaException("embedding: 8 samples or more are needed, got " + n);
    }
    Features features = new Features(net);
    List<Integer> labels = new ArrayList<>();
    Tensor rows = Tensor.zeros(Shape.of(0));
    for (int i = 0; i < n; i++) {
      Tensor row = features.ofInput(data.input(i, Seed.of(0)));
      int width = row.shape().elements();
      rows = i == 0 ? Tensor.zeros(Shape.of(n, width)) : rows;
      System.arraycopy(row.data(), 0, rows.data(), i * width, width);
      labels.add(data.read(i, Seed.of(0)).label());
    }
    Tensor points =
        method.equals("pca")
            ? Pca.of(rows, 2).projected()
            : TSne.of(net.model().engine(), rows, Math.min(30, n / 4.0), STEPS, (seen, step) -> {})
                .points();
    return new Embedding(method, points, labels, nearest(points, labels));
  }

  private static double nearest(Tensor points, List<Integer> labels) {
    int same = 0;
    float[] p = points.data();
    for (int i = 0; i < labels.size(); i++) {
      int best = -1;
      double least = Double.MAX_VALUE;
      for (int k = 0; k < labels.size(); k++) {
        double d = Math.hypot(p[2 * i] - p[2 * k], p[2 * i + 1] - p[2 * k + 1]);
        if (k != i && d < least) {
          least = d;
          best = k;
        }
      }
      same += best >= 0 && labels.get(best).equals(labels.get(i)) ? 1 : 0;
    }
    return (double) same / labels.size();
  }
}
