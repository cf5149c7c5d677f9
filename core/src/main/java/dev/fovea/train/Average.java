package dev.fovea.train;

import dev.fovea.nn.Parameters;
import java.util.Map;

/**
 * The exponential moving average of all of a model's numbers: a ← d·a + (1 − d)·w after each step
 * t, with d = min(decay, (1 + t)/(10 + t)) (Polyak and Juditsky, 1992; Tarvainen and Valpola,
 * 2017).
 */
final class Average {
  /** The name under which checkpoints hold it. */
  static final String KEY = "fovea_average";

  private final double decay;
  private final Parameters parameters;
  private final Map<String, float[]> kept;

  Average(double decay, Parameters parameters, Map<String, float[]> kept) {
    this.decay = decay;
    this.parameters = parameters;
    this.kept = kept;
  }

  private float[] average() {
    return kept.computeIfAbsent(KEY, _ -> parameters.values().clone());
  }

  /** Begins with what the parameters are, unless a checkpoint has brought the average. */
  void begin() {
    average();
  }

  /** Follows the parameters after a step, the number of which is given from 1 on. */
  void follow(long step) {
    float take = (float) (1 - Math.min(decay, (1.0 + step) / (10.0 + step)));
    float[] w = parameters.values();
    float[] a = average();
    for (int i = 0; i < a.length; i++) {
      a[i] += take * (w[i] - a[i]);
    }
  }

  /** Exchanges the parameters and their average. */
  void swap() {
    float[] w = parameters.values();
    float[] a = average();
    for (int i = 0; i < a.length; i++) {
      float v = w[i];
      w[i] = a[i];
      a[i] = v;
    }
    parameters.changed();
  }
}
