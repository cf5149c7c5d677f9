package dev.fovea.studio.state;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a network has come that the studio itself teaches.
 *
 * @param step the steps that are done; −1 before it has begun
 * @param steps all steps
 * @param loss the loss of the last batch; NaN before the first
 * @param measure how well it does what it has not seen, 0 … 1; NaN before that is known
 */
public record LearningProgress(long step, long steps, double loss, double measure) {
  /** Returns this as JSON. */
  public Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.put("steps", steps);
    if (Double.isFinite(loss)) {
      fields.put("loss", loss);
    }
    if (Double.isFinite(measure)) {
      fields.put("accuracy", measure);
    }
    return fields;
  }
}
