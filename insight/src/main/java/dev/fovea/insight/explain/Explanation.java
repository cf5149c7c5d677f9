package dev.fovea.insight.explain;

import dev.fovea.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a method says of one input.
 *
 * @param method the method
 * @param score the score that is explained
 * @param map one number per pixel of the input, [H, W]
 * @param detail one number per number of the input, [H, W, C], where the method tells them; else
 *     the map as [H, W, 1]
 * @param figures by name, what tells how far to trust it: the completeness delta, say
 * @param notice what must be known to read it: that nothing in the layer speaks for the class, say
 */
public record Explanation(
    Method method,
    double score,
    Tensor map,
    Tensor detail,
    Map<String, Double> figures,
    Optional<String> notice) {
  /** Copies the figures. */
  public Explanation {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }
}
