package dev.fovea.insight.explain;

import dev.fovea.insight.probe.Probe;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The score while pixels are replaced in the order of a map (Petsiuk et al., 2018): a map that
 * names the pixels which count makes it fall fast when they are taken away, and rise fast when they
 * are put back.
 *
 * @param shares which share of the pixels has been replaced, from 0 to 1
 * @param scores the score at each
 */
public record DeletionCurve(List<Double> shares, List<Double> scores) {
  /** How many steps a curve has unless told otherwise. */
  public static final int STEPS = 50;

  /** Copies the lists. */
  public DeletionCurve {
    shares = List.copyOf(shares);
    scores = List.copyOf(scores);
  }

  /**
   * Replaces the pixels of an input by those of a baseline, what the map puts first before the
   * rest.
   *
   * @param scores reads the score
   * @param map [H, W]; equal numbers come in row-major order
   * @param input [H, W, C]
   * @param baseline what replaces it, of the same shape
   * @param steps in how many equal parts
   * @throws FoveaException if shapes differ or there is no step
   */
  public static DeletionCurve deletion(
      Probe scores, Tensor map, Tensor input, Tensor baseline, int steps) {
    int pixels = map.data().length;
    boolean fits =
        input.shape().rank() == 3
            && input.shape().equals(baseline.shape())
            && pixels * input.shape().dim(2) == input.data().length;
    if (!fits || steps < 1) {
      throw new FoveaException(
          "deletion: a map of the input's pixels, a baseline of its shape and 1 step or more expected, got %s, %s, %s and %s"
              .formatted(map.shape(), input.shape(), baseline.shape(), steps));
    }
    int channels = input.shape().dim(2);
    int[] order =
        IntStream.range(0, pixels)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -map.data()[i]))
            .mapToInt(i -> i)
            .toArray();
    List<Double> shares = new ArrayList<>();
    List<Double> read = new ArrayList<>();
    scores.read(
        steps + 1,
        (step, into, offset) -> {
          System.arraycopy(input.data(), 0, into, offset, input.data().length);
          int replaced = (int) ((long) pixels * step / steps);
          for (int i = 0; i < replaced; i++) {
            int at = order[i] * channels;
            System.arraycopy(baseline.data(), at, into, offset + at, channels);
          }
        },
        (reading, step) -> {
          shares.add((double) step / steps);
          read.add((double) reading.score());
        });
    return new DeletionCurve(shares, read);
  }

  /** Puts the pixels of an input into a baseline, what the map puts first before the rest. */
  public static DeletionCurve insertion(
      Probe scores, Tensor map, Tensor input, Tensor baseline, int steps) {
    return deletion(scores, map, /* input= */ baseline, /* baseline= */ input, steps);
  }

  /** Returns the area under the curve by trapezoids. */
  public double area() {
    double area = 0;
    for (int i = 1; i < shares.size(); i++) {
      area += (shares.get(i) - shares.get(i - 1)) * (scores.get(i) + scores.get(i - 1)) / 2;
    }
    return area;
  }
}
