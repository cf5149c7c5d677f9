package dev.fovea.systems.measure;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How well objects were found, as VOC counts it.
 *
 * @param classes the figures of each class
 */
public record VocResult(List<VocClass> classes) {
  /** Copies the list. */
  public VocResult {
    classes = List.copyOf(classes);
  }

  /** Returns the mean of the classes' {@link VocClass#allPoints}; −1 where no object counts. */
  public double allPoints() {
    return mean(VocClass::allPoints);
  }

  /** Returns the mean of the classes' {@link VocClass#elevenPoints}; −1 where no object counts. */
  public double elevenPoints() {
    return mean(VocClass::elevenPoints);
  }

  private double mean(ToDoubleFunction<VocClass> of) {
    return classes.stream().filter(c -> c.objects() > 0).mapToDouble(of).average().orElse(-1);
  }
}
