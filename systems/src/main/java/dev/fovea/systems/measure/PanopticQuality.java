package dev.fovea.systems.measure;

import dev.fovea.systems.measure.PanopticMap.Segment;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Panoptic quality (Kirillov et al. 2019): PQ = Σ IoU / (TP + FP / 2 + FN / 2) = SQ · RQ.
 *
 * <p>A predicted segment is right (TP) if it and one of the truth, of the same class, have an
 * intersection over union above 0.5; pixels that the truth leaves void do not count in the union. A
 * crowd is neither found nor missed, and a predicted segment of which more than half is void, or in
 * the crowd of its class, is not false; of several such crowds in a picture the last in the list
 * counts, as panopticapi has it. One thread adds at a time.
 */
public final class PanopticQuality {
  private static final double HALF = 0.5;

  private final List<String> classes;
  private final Set<Integer> things;
  private final long[] right;
  private final long[] wrong;
  private final long[] missed;
  private final double[] overlap;

  /**
   * Measures.
   *
   * @param classes the classes' names, in the order of their numbers
   * @param things the numbers of the classes whose objects are told apart
   */
  public PanopticQuality(List<String> classes, Set<Integer> things) {
    this.classes = List.copyOf(classes);
    this.things = Set.copyOf(things);
    int n = classes.size();
    this.right = new long[n];
    this.wrong = new long[n];
    this.missed = new long[n];
    this.overlap = new double[n];
  }

  private record Pair(int truth, int predicted) {}

  /**
   * Adds a picture.
   *
   * @param truth what is in it
   * @param predicted what was predicted
   * @throws FoveaException if the maps are of different shapes or a class has no name here
   */
  public PanopticQuality add(PanopticMap truth, PanopticMap predicted) {
    require(truth, predicted);
    Map<Pair, Integer> both = new HashMap<>();
    for (int i = 0; i < truth.numbers().data().length; i++) {
      int t = (int) truth.numbers().data()[i];
      int p = (int) predicted.numbers().data()[i];
      both.merge(new Pair(t, p), 1, Integer::sum);
    }
    Map<Integer, Integer> areas = predicted.areas();
    Set<Integer> matched = match(truth, predicted, both, areas);
    Map<Integer, Integer> crowds = lastCrowds(truth);
    for (Segment p : predicted.segments()) {
      if (!matched.contains(p.number())) {
        int excused = both.getOrDefault(new Pair(0, p.number()), 0);
        if (crowds.containsKey(p.label())) {
          excused += both.getOrDefault(new Pair(crowds.get(p.label()), p.number()), 0);
        }
        double share = (double) excused / areas.getOrDefault(p.number(), 1);
        wrong[p.label()] += share > HALF ? 0 : 1;
      }
    }
    return this;
  }

  /** Returns the number of the last crowd of each class that has one. */
  private static Map<Integer, Integer> lastCrowds(PanopticMap truth) {
    Map<Integer, Integer> crowds = new HashMap<>();
    for (Segment t : truth.segments()) {
      if (t.crowd()) {
        crowds.put(t.label(), t.number());
      }
    }
    return crowds;
  }

  /** Counts right and missed segments and returns the numbers of the predicted ones. */
  private Set<Integer> match(
      PanopticMap truth,
      PanopticMap predicted,
      Map<Pair, Integer> both,
      Map<Integer, Integer> predictedAreas) {
    Map<Integer, Integer> areas = truth.areas();
    Set<Integer> matched = new HashSet<>();
    for (Segment t : truth.segments()) {
      boolean found = t.crowd();
      for (Segment p : predicted.segments()) {
        int common = both.getOrDefault(new Pair(t.number(), p.number()), 0);
        if (!t.crowd() && t.label() == p.label() && common > 0) {
          int union =
              areas.getOrDefault(t.number(), 0)
                  + predictedAreas.getOrDefault(p.number(), 0)
                  - common
                  - both.getOrDefault(new Pair(0, p.number()), 0);
          double iou = (double) common / union;
          if (iou > HALF) {
            found = true;
            right[t.label()]++;
            overlap[t.label()] += iou;
            matched.add(p.number());
          }
        }
      }
      missed[t.label()] += found ? 0 : 1;
    }
    return matched;
  }

  private void require(PanopticMap truth, PanopticMap predicted) {
    if (!truth.numbers().shape().equals(predicted.numbers().shape())) {
      throw new FoveaException(
          "panoptic quality: the truth is %s, the prediction %s"
              .formatted(truth.numbers().shape(), predicted.numbers().shape()));
    }
    for (PanopticMap map : List.of(truth, predicted)) {
      for (Segment s : map.segments()) {
        if (s.label() < 0 || s.label() >= classes.size()) {
          throw new FoveaException(
              "panoptic quality: segment %s is of class %s, there are classes 0 to %s"
                  .formatted(s.number(), s.label(), classes.size() - 1));
        }
      }
    }
  }

  /** Returns all figures of the pictures that were added. */
  public PanopticResult result() {
    List<PanopticResult.PerClass> all = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      all.add(
          new PanopticResult.PerClass(
              classes.get(c), things.contains(c), right[c], wrong[c], missed[c], overlap[c]));
    }
    return new PanopticResult(all);
  }
}
