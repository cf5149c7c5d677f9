package dev.fovea.insight.unit;

import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.train.Callback;
import dev.fovea.train.Training;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far each step moves the parameters: ‖Δw‖ / ‖w‖ per parameter. About 10⁻³ is healthy; much
 * more and the rate is too high, much less and nothing is learned.
 *
 * <p>As a callback of a training it compares each step with the one before; it changes nothing, and
 * any thread may read {@link #latest}.
 */
public final class UpdateRatios implements Callback {
  private float[] before = new float[0];
  private volatile Map<String, Double> latest = Map.of();

  /** Creates a callback that has seen no step. */
  public UpdateRatios() {}

  @Override
  public void onStart(Training training) {
    before = training.model().parameters().values().clone();
  }

  @Override
  public void onStep(Training training) {
    float[] now = training.model().parameters().values().clone();
    latest = of(training.model(), before, now);
    before = now;
  }

  /** Returns the ratios of the last step by the parameter's name; empty before the first. */
  public Map<String, Double> latest() {
    return latest;
  }

  /**
   * Returns the ratios of a step.
   *
   * @param model whose trained parameters are looked at
   * @param before all its parameters' values before the step
   * @param after the values after it
   */
  public static Map<String, Double> of(Model model, float[] before, float[] after) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (Parameters.Parameter p : model.parameters().all()) {
      if (p.trainable() && !model.isFrozen(p.name())) {
        double moved = 0;
        double size = 0;
        for (int i = p.offset(); i < p.offset() + p.shape().elements(); i++) {
          double d = (double) after[i] - before[i];
          moved += d * d;
          size += (double) before[i] * before[i];
        }
        // A bias that begins at zero has no size to compare with.
        ratios.put(p.name(), size == 0 ? Double.NaN : Math.sqrt(moved / size));
      }
    }
    return Collections.unmodifiableMap(ratios);
  }
}
