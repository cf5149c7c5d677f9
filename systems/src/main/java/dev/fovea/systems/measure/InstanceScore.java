package dev.fovea.systems.measure;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The score of the 2018 Data Science Bowl for objects that are told apart but not named: the mean
 * over overlaps of 0.5, 0.55 … 0.95 of right / (right + false + missed), and of that over pictures.
 *
 * <p>An object is right if its intersection over union with one that is there exceeds the overlap.
 * A picture without objects in which none is found counts 1. One thread adds at a time.
 */
public final class InstanceScore {
  private static final int FIRST = 10;
  private static final int LAST = 19;
  private static final double STEPS = 20;

  private final double[] sums = new double[LAST - FIRST + 1];
  private int pictures;

  /** Creates a score of no picture. */
  public InstanceScore() {}

  /**
   * How well objects were told apart.
   *
   * @param score the mean over all overlaps and pictures; NaN without pictures
   * @param at the mean over pictures at overlaps of 0.5, 0.55 … 0.95
   */
  public record Result(double score, List<Double> at) {
    /** Copies the list. */
    public Result {
      at = List.copyOf(at);
    }
  }

  /**
   * Adds a picture.
   *
   * @param truth the number of the object that each pixel belongs to [H, W], 0 for none
   * @param found the same of what was found
   * @throws FoveaException if the maps are of different shapes
   */
  public InstanceScore add(Tensor truth, Tensor found) {
    if (!truth.shape().equals(found.shape())) {
      throw new FoveaException(
          "instances: the truth is %s, the prediction %s".formatted(truth.shape(), found.shape()));
    }
    Map<Float, Integer> there = areas(truth);
    Map<Float, Integer> predicted = areas(found);
    List<Double> overlaps = overlaps(truth, found, there, predicted);
    for (int t = FIRST; t <= LAST; t++) {
      double threshold = t / STEPS;
      long right = overlaps.stream().filter(o -> o > threshold).count();
      long all = there.size() + predicted.size() - right;
      sums[t - FIRST] += all == 0 ? 1 : (double) right / all;
    }
    pictures++;
    return this;
  }

  private static Map<Float, Integer> areas(Tensor map) {
    Map<Float, Integer> areas = new HashMap<>();
    for (float number : map.data()) {
      if (number != 0) {
        areas.merge(number, 1, Integer::sum);
      }
    }
    return areas;
  }

  private record Pair(float truth, float found) {}

  private static List<Double> overlaps(
      Tensor truth, Tensor found, Map<Float, Integer> there, Map<Float, Integer> predicted) {
    Map<Pair, Integer> both = new HashMap<>();
    for (int i = 0; i < truth.data().length; i++) {
      if (truth.data()[i] != 0 && found.data()[i] != 0) {
        both.merge(new Pair(truth.data()[i], found.data()[i]), 1, Integer::sum);
      }
    }
    List<Double> overlaps = new ArrayList<>();
    both.forEach((pair, n) -> {
      int areas = there.getOrDefault(pair.truth(), 0) + predicted.getOrDefault(pair.found(), 0);
      overlaps.add((double) n / (areas - n));
    });
    return overlaps;
  }

  /** Returns all figures of the pictures that were added. */
  public Result result() {
    List<Double> at = Arrays.stream(sums).mapToObj(s -> s / pictures).toList();
    return new Result(
        at.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN), at);
  }
}
