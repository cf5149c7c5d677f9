package dev.fovea.systems.measure;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Average precision and recall of boxes, masks or key points, as COCO's evaluation counts them (Lin
 * et al. 2014).
 *
 * <p>Pictures are added one by one; what they hold is matched at once and only what the figures
 * need is kept. Of each class the best 100 of a picture count (20 where key points are measured).
 * Equal scores count in the order in which pictures, and objects in them, were added; COCO's is
 * that of the pictures' numbers. One thread adds at a time.
 */
public final class CocoEvaluation {
  private static final double BIG = 1e10;
  private static final double SMALL = 32 * 32;
  private static final double LARGE = 96 * 96;
  private static final AreaRange ALL = new AreaRange("", 0, BIG);
  private static final List<AreaRange> LARGER =
      List.of(new AreaRange("_medium", SMALL, LARGE), new AreaRange("_large", LARGE, BIG));

  private final List<String> classes;
  private final Similarity similarity;
  private final List<AreaRange> areas;
  private final List<Integer> limits;
  private final double[] thresholds = thresholds();
  private final List<CocoHits> hits;
  private final CocoMatcher matcher;

  private CocoEvaluation(
      List<String> classes, Similarity similarity, List<AreaRange> areas, List<Integer> limits) {
    this.classes = List.copyOf(classes);
    this.similarity = similarity;
    this.areas = areas;
    this.limits = limits.stream().sorted().toList();
    this.matcher = new CocoMatcher(similarity, areas, thresholds, this.limits.getLast());
    this.hits = classes.stream().map(c -> new CocoHits(areas.size(), thresholds.length)).toList();
  }

  /**
   * Measures boxes.
   *
   * @param classes the classes' names, in the order of their numbers
   */
  public static CocoEvaluation boxes(List<String> classes) {
    return new CocoEvaluation(classes, new BoxOverlap(), allAreas(), List.of(1, 10, 100));
  }

  /**
   * Measures masks.
   *
   * @param classes the classes' names, in the order of their numbers
   */
  public static CocoEvaluation masks(List<String> classes) {
    return new CocoEvaluation(classes, new MaskOverlap(), allAreas(), List.of(1, 10, 100));
  }

  /**
   * Measures key points.
   *
   * @param classes the classes' names, in the order of their numbers
   * @param similarity how alike they are, such as {@link KeyPointSimilarity#PERSON}
   */
  public static CocoEvaluation keyPoints(List<String> classes, KeyPointSimilarity similarity) {
    List<AreaRange> areas = List.of(ALL, LARGER.get(0), LARGER.get(1));
    return new CocoEvaluation(classes, similarity, areas, List.of(20));
  }

  private static List<AreaRange> allAreas() {
    return List.of(ALL, new AreaRange("_small", 0, SMALL), LARGER.get(0), LARGER.get(1));
  }

  /** Returns 0.5, 0.55 … 0.95, with COCO's roundings and margin. */
  private static double[] thresholds() {
    int n = 10;
    double step = (0.95 - 0.5) / (n - 1);
    return IntStream.range(0, n)
        .mapToDouble(i -> i == n - 1 ? 0.95 : 0.5 + i * step)
        .map(t -> Math.min(t, 1 - 1e-10))
        .toArray();
  }

  /**
   * Returns a new measure with other limits of how many of each class in a picture count. The last
   * holds for average precision, and for recall by size.
   *
   * @throws FoveaException if there is none, or one below 1
   */
  public CocoEvaluation withLimits(Integer... most) {
    if (most.length == 0 || Arrays.stream(most).anyMatch(m -> m < 1)) {
      throw new FoveaException(
          "average precision: limits %s; need numbers of 1 or more".formatted(List.of(most)));
    }
    return new CocoEvaluation(classes, similarity, areas, List.of(most));
  }

  /**
   * Adds a picture.
   *
   * @param truth what is in it; nothing is something to measure, too
   * @param found what was found in it
   * @throws FoveaException if a class has no name here
   */
  public CocoEvaluation add(List<Truth> truth, List<Found> found) {
    Map<Integer, List<Truth>> objects = new LinkedHashMap<>();
    Map<Integer, List<Found>> detections = new LinkedHashMap<>();
    for (Truth t : truth) {
      require(t.label());
      objects.computeIfAbsent(t.label(), c -> new ArrayList<>()).add(t);
    }
    for (Found f : found) {
      require(f.label());
      detections.computeIfAbsent(f.label(), c -> new ArrayList<>()).add(f);
    }
    for (int c = 0; c < classes.size(); c++) {
      List<Truth> those = objects.getOrDefault(c, List.of());
      List<Found> these = detections.getOrDefault(c, List.of());
      if (!those.isEmpty() || !these.isEmpty()) {
        matcher.add(those, these, hits.get(c));
      }
    }
    return this;
  }

  private void require(int label) {
    if (label >= classes.size()) {
      throw new FoveaException(
          "average precision: class %s, there are %s".formatted(label, classes.size()));
    }
  }

  /** Returns all figures of the pictures that were added. */
  public CocoResult result() {
    List<CocoClass> perClass = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      perClass.add(ofClass(classes.get(c), hits.get(c)));
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String name : perClass.isEmpty() ? List.<String>of() : names(perClass.get(0))) {
      figures.put(name, mean(perClass.stream().mapToDouble(c -> figure(c, name))));
    }
    return new CocoResult(figures, perClass);
  }

  private static List<String> names(CocoClass c) {
    return List.copyOf(c.figures().keySet());
  }

  private static double figure(CocoClass c, String name) {
    return c.figures().getOrDefault(name, -1.0);
  }

  /** Returns the mean of what there is; −1 if there is nothing. */
  private static double mean(DoubleStream values) {
    return values.filter(v -> v > -1).average().orElse(-1);
  }

  private CocoClass ofClass(String label, CocoHits of) {
    int[] order = of.order();
    Map<String, Double> figures = new LinkedHashMap<>();
    List<Curve> curves = curves(of, 0, order);
    figures.put("AP", mean(curves));
    figures.put("AP50", curves.isEmpty() ? -1 : curves.get(0).mean());
    figures.put("AP75", curves.isEmpty() ? -1 : curves.get(5).mean());
    for (int a = 1; a < areas.size(); a++) {
      figures.put("AP" + areas.get(a).name(), mean(curves(of, a, order)));
    }
    if (limits.size() == 1) {
      figures.put("AR", recall(of, 0, limits.get(0)));
      figures.put("AR50", of.recall(0, 0, limits.get(0)));
      figures.put("AR75", of.recall(0, 5, limits.get(0)));
    } else {
      for (int limit : limits) {
        figures.put("AR_" + limit, recall(of, 0, limit));
      }
    }
    for (int a = 1; a < areas.size(); a++) {
      figures.put("AR" + areas.get(a).name(), recall(of, a, limits.getLast()));
    }
    double recall50 = of.recall(0, 0, limits.getLast());
    return new CocoClass(label, of.objects(0), figures, recall50, curves);
  }

  /** Returns a curve for each threshold; none if no object counts. */
  private List<Curve> curves(CocoHits of, int area, int[] order) {
    return of.objects(area) == 0
        ? List.of()
        : IntStream.range(0, thresholds.length).mapToObj(t -> of.curve(area, t, order)).toList();
  }

  private static double mean(List<Curve> curves) {
    return curves.stream().mapToDouble(Curve::mean).average().orElse(-1);
  }

  private double recall(CocoHits of, int area, int limit) {
    return mean(IntStream.range(0, thresholds.length).mapToDouble(t -> of.recall(area, t, limit)));
  }
}
