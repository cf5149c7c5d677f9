package dev.fovea.train;

import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.runtime.Workers;

/**
 * The gradients of several batches, each weighted by what it counts in the mean loss, as those of
 * one.
 */
final class Accumulator {
  /** All bits of the exponent: those of infinities and of what is not a number. */
  private static final int EXPONENT = 0x7F80_0000;

  private final float[] gradients;
  private final float[] sum;
  private final Workers workers;
  private final Job add;
  private final Job finish;
  private double weights;
  private float factor;
  private volatile boolean finite = true;

  /** Creates the sum of what is written into an array batch by batch. */
  Accumulator(float[] gradients, Workers workers) {
    this.gradients = gradients;
    this.sum = new float[gradients.length];
    this.workers = workers;
    this.add = Job.overRanges(sum.length, this::add);
    this.finish = Job.overRanges(sum.length, this::finish);
  }

  /** Adds the gradients of a batch. */
  void add(double weight) {
    weights += weight;
    factor = (float) weight;
    workers.execute(add);
  }

  private void add(int from, int to) {
    float f = factor;
    boolean all = true;
    for (int i = from; i < to; i++) {
      float g = gradients[i];
      all &= (Float.floatToRawIntBits(g) & EXPONENT) != EXPONENT;
      sum[i] += f * g;
    }
    if (!all) {
      finite = false;
    }
  }

  /** Returns whether all gradients so far were finite. */
  boolean isFinite() {
    return finite;
  }

  /** Writes the mean where the gradients were, and begins anew. */
  void finish() {
    factor = weights == 0 ? 0 : (float) (1 / weights);
    workers.execute(finish);
    weights = 0;
  }

  private void finish(int from, int to) {
    float f = factor;
    for (int i = from; i < to; i++) {
      gradients[i] = f * sum[i];
      sum[i] = 0;
    }
  }
}
