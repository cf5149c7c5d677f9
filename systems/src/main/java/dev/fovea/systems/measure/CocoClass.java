package dev.fovea.systems.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well the objects of one class were found, as COCO counts it.
 *
 * @param label the name of the class
 * @param objects how many objects count
 * @param figures the figures by name, as in {@link CocoResult}; −1 where no object counts
 * @param recall50 the share of objects found at an overlap of 0.5; −1 where none counts
 * @param curves precision over recall at an overlap of 0.5, 0.55 … 0.95; none where no object
 *     counts
 */
public record CocoClass(
    String label, long objects, Map<String, Double> figures, double recall50, List<Curve> curves) {
  /** Copies the lists. */
  public CocoClass {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    curves = List.copyOf(curves);
  }

  /** Returns the mean average precision at overlaps of 0.5 … 0.95; −1 where no object counts. */
  public double ap() {
    return figures.getOrDefault("AP", -1.0);
  }

  /** Returns the average precision at an overlap of 0.5; −1 where no object counts. */
  public double ap50() {
    return figures.getOrDefault("AP50", -1.0);
  }

  /** Returns the average precision at an overlap of 0.75; −1 where no object counts. */
  public double ap75() {
    return figures.getOrDefault("AP75", -1.0);
  }
}
