package dev.fovea.train;

import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Parameters;
import java.util.Map;

/**
 * The exponential moving average of all of a model's parameters and running statistics: a ← d·a +
 * (1 − d)·w after each step t, with d = min(decay, (1 + t)/(10 + t)) (Polyak and Juditsky, 1992;
 * Tarvainen and Valpola, 2017).
 */
final class Average {
  /** The name under which checkpoints hold it. */
  static final String KEY = "fovea_average";

  private final double decay;
  private final Parameters parameters;
  private final Map<String, float[]> kept;
  private final Workers workers;
  private final Job follow;
  private final Job swap;
  private float take;

  /** The average, once it has begun. */
  private float[] average = {};

  Average(double decay, Parameters parameters, Map<String, float[]> kept, Workers workers) {
    this.decay = decay;
    this.parameters = parameters;
    this.kept = kept;
    this.workers = workers;
    int length = parameters.values().length;
    this.follow = Job.overRanges(length, this::follow);
    this.swap = Job.overRanges(length, this::swap);
  }

  /** Begins with what the parameters are, unless a checkpoint has brought the average. */
  void begin() {
    average = kept.computeIfAbsent(KEY, _ -> parameters.values().clone());
  }

  /** Follows the parameters after a step, the number of which is given from 1 on. */
  void follow(long step) {
    take = (float) (1 - Math.min(decay, (1.0 + step) / (10.0 + step)));
    workers.execute(follow);
  }

  private void follow(int from, int to) {
    float t = take;
    float[] w = parameters.values();
    float[] a = average;
    for (int i = from; i < to; i++) {
      a[i] += t * (w[i] - a[i]);
    }
  }

  /** Exchanges the parameters and their average. */
  void swap() {
    workers.execute(swap);
    parameters.changed();
  }

  private void swap(int from, int to) {
    float[] w = parameters.values();
    float[] a = average;
    for (int i = from; i < to; i++) {
      float v = w[i];
      w[i] = a[i];
      a[i] = v;
    }
  }
}
