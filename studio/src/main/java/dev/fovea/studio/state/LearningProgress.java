package dev.fovea.studio.state;

import dev.fovea.tensor.FoveaException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a network has come that the studio itself teaches.
 *
 * @param step the steps that are done; −1 before it has begun
 * @param steps all steps
 * @param loss the loss of the last batch; NaN before the first
 * @param measure how well it does what it has not seen, 0 … 1; NaN before that is known
 * @param problem why it has ended too early, in one line; empty while all is well
 */
public record LearningProgress(long step, long steps, double loss, double measure, String problem) {
  /** Tells of a training that goes on. */
  public LearningProgress(long step, long steps, double loss, double measure) {
    this(step, steps, loss, measure, "");
  }

  /** Returns why a training has ended that could not go on. */
  static String why(Throwable problem) {
    return problem instanceof FoveaException
        ? String.valueOf(problem.getMessage())
        : "the training ended with an error of its own: " + problem;
  }

  /** Returns this, ended by a problem. */
  LearningProgress failed(String why) {
    return new LearningProgress(step, steps, loss, measure, why);
  }

  /**
   * Returns this as JSON.
   *
   * @param name what is measured, such as {@code accuracy}
   */
  public Map<String, Object> json(String name) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.put("steps", steps);
    if (Double.isFinite(loss)) {
      fields.put("loss", loss);
    }
    if (Double.isFinite(measure)) {
      fields.put(name, measure);
    }
    if (!problem.isEmpty()) {
      fields.put("problem", problem);
    }
    return fields;
  }
}
