package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The sizes of anchors that fit a data set: k-means of widths and heights with the distance 1 − IoU
 * of centred boxes (Redmon and Farhadi, 2017).
 *
 * <p>The centre of a cluster is its median width and height, which few large boxes do not pull away
 * from the many, so that the mean IoU is higher than with means. The first centres are drawn far
 * from each other (k-means++), several times; the clustering with the largest mean IoU counts. Of
 * more than 20,000 boxes so many at most, evenly chosen, are looked at. The result follows from
 * sizes and seed alone.
 */
public final class AnchorClusters {
  private static final int STARTS = 8;
  private static final int ROUNDS = 300;
  private static final int MOST_BOXES = 20_000;

  private AnchorClusters() {}

  /**
   * What was found.
   *
   * @param sizes the width and height of each anchor, the smallest area first
   * @param meanIou the mean over boxes of the IoU with the anchor that fits best
   * @param covered the share of boxes with an IoU above ½
   */
  @SuppressWarnings("ArrayRecordComponent") // a result that is read at once, never compared
  public record Found(double[][] sizes, double meanIou, double covered) {}

  /**
   * Returns the {@code k} sizes that fit best.
   *
   * @param sizes the width and height of each box, in pixels of the network's input
   * @throws FoveaException if there are fewer different sizes than anchors, or a size is not
   *     positive
   */
  public static Found of(double[][] sizes, int k, Seed seed) {
    return ofSome(thinned(sizes), k, seed);
  }

  private static double[][] thinned(double[][] sizes) {
    int step = Math.max(1, Math.ceilDiv(sizes.length, MOST_BOXES));
    double[][] some = new double[Math.ceilDiv(sizes.length, step)][];
    Arrays.setAll(some, i -> sizes[i * step]);
    return some;
  }

  private static Found ofSome(double[][] sizes, int k, Seed seed) {
    long different = Arrays.stream(sizes).map(Arrays::toString).distinct().count();
    if (k < 1 || different < k) {
      throw new FoveaException(
          "anchors: different sizes of boxes: %s, %s or more expected for as many anchors; give"
                  .formatted(different, Math.max(1, k))
              + " sizes of your own, such as 10x13,16x30");
    }
    for (double[] s : sizes) {
      if (!(s[0] > 0 && s[1] > 0)) {
        throw new FoveaException("anchors: a box of " + s[0] + " × " + s[1] + " has no size");
      }
    }
    return IntStream.range(0, STARTS)
        .mapToObj(i -> measured(sizes, settled(sizes, started(sizes, k, seed.split(i).rng()))))
        .max(Comparator.comparingDouble(Found::meanIou))
        .orElseThrow();
  }

  private static double iou(double[] a, double[] b) {
    double both = Math.min(a[0], b[0]) * Math.min(a[1], b[1]);
    return both / (a[0] * a[1] + b[0] * b[1] - both);
  }

  private static int nearest(double[] size, double[][] centres) {
    int best = 0;
    for (int c = 1; c < centres.length; c++) {
      if (iou(size, centres[c]) > iou(size, centres[best])) {
        best = c;
      }
    }
    return best;
  }

  private static double[][] started(double[][] sizes, int k, Rng rng) {
    double[][] centres = {sizes[rng.nextInt(sizes.length)].clone()};
    while (centres.length < k) {
      double[][] have = centres;
      double[] far =
          Arrays.stream(sizes).mapToDouble(s -> 1 - iou(s, have[nearest(s, have)])).toArray();
      double at = rng.nextDouble() * Arrays.stream(far).sum();
      int chosen = 0;
      for (double seen = far[0]; seen <= at && chosen + 1 < far.length; seen += far[chosen]) {
        chosen++;
      }
      centres = Arrays.copyOf(centres, centres.length + 1);
      centres[centres.length - 1] = sizes[chosen].clone();
    }
    return centres;
  }

  private static double[][] settled(double[][] sizes, double[][] begin) {
    double[][] centres = begin;
    for (int round = 0; round < ROUNDS; round++) {
      double[][] next = medians(sizes, centres);
      if (Arrays.deepEquals(next, centres)) {
        return centres;
      }
      centres = next;
    }
    return centres;
  }

  private static double[][] medians(double[][] sizes, double[][] centres) {
    int[] nearest = Arrays.stream(sizes).mapToInt(s -> nearest(s, centres)).toArray();
    double[][] medians = new double[centres.length][];
    for (int c = 0; c < medians.length; c++) {
      int centre = c;
      int[] own = IntStream.range(0, sizes.length).filter(i -> nearest[i] == centre).toArray();
      medians[c] =
          own.length == 0
              ? centres[c]
              : new double[] {median(sizes, own, 0), median(sizes, own, 1)};
    }
    return medians;
  }

  private static double median(double[][] sizes, int[] own, int axis) {
    double[] sorted = Arrays.stream(own).mapToDouble(i -> sizes[i][axis]).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static Found measured(double[][] sizes, double[][] centres) {
    double[] ious =
        Arrays.stream(sizes).mapToDouble(s -> iou(s, centres[nearest(s, centres)])).toArray();
    double[][] sorted = centres.clone();
    Arrays.sort(sorted, Comparator.comparingDouble(s -> s[0] * s[1]));
    double covered = Arrays.stream(ious).filter(v -> v > 0.5).count();
    return new Found(
        sorted, Arrays.stream(ious).average().orElse(0), covered / Math.max(1, ious.length));
  }
}
