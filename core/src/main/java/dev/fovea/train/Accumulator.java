package dev.fovea.train;

import java.util.Arrays;

/** The gradients of several batches, each weighted by its number of samples, as those of one. */
final class Accumulator {
  private final float[] gradients;
  private final float[] sum;
  private long samples;

  /** Creates the sum of what is written into an array batch by batch. */
  Accumulator(float[] gradients) {
    this.gradients = gradients;
    this.sum = new float[gradients.length];
  }

  /** Adds the gradients of a batch. */
  void add(int size) {
    samples += size;
    for (int i = 0; i < sum.length; i++) {
      sum[i] += size * gradients[i];
    }
  }

  /** Writes the mean where the gradients were, and begins anew. */
  void finish() {
    float share = 1f / samples;
    for (int i = 0; i < sum.length; i++) {
      gradients[i] = share * sum[i];
    }
    Arrays.fill(sum, 0);
    samples = 0;
  }
}
