package dev.fovea.systems.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well objects were found, as COCO counts it; each figure is the mean of the classes that have
 * one, −1 where none has.
 *
 * @param figures the figures by name, in COCO's order: AP, AP50, AP75, AP_small, AP_medium,
 *     AP_large, AR_1, AR_10, AR_100, AR_small, AR_medium, AR_large; of key points AP, AP50, AP75,
 *     AP_medium, AP_large, AR, AR50, AR75, AR_medium, AR_large. The numbers behind AR_ are the
 *     limits of how many of a picture count.
 * @param classes the same of each class
 */
public record CocoResult(Map<String, Double> figures, List<CocoClass> classes) {
  /** Copies the lists. */
  public CocoResult {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    classes = List.copyOf(classes);
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
