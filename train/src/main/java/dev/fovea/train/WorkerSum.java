package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.io.Serializable;

/** What a worker of a {@link Cluster} has computed, or the sum of what several have. */
public final class WorkerSum implements Serializable {
  private static final long serialVersionUID = 1;

  /** Where the sum of losses, each times its weight, stands in {@link #figures}. */
  static final int LOSS = 0;

  static final int WEIGHT = 1;
  static final int SAMPLES = 2;

  /** Where the terms of the loss begin. */
  static final int PARTS = 3;

  private final float[] numbers;
  private final double[] figures;

  /**
   * Creates a sum.
   *
   * @param numbers for gradients, an array laid out like the parameters: gradients times the weight
   *     of the samples in the loss, changes of running statistics times the number of samples. For
   *     steps of the workers' own: changes of parameters, then of each of the optimiser's slots,
   *     times the number of samples. Not copied
   * @param figures loss times weight, weight, number of samples; terms of the loss times weight;
   *     the sums of metrics. Not copied
   */
  public WorkerSum(float[] numbers, double[] figures) {
    this.numbers = numbers;
    this.figures = figures;
  }

  /** Returns the numbers, the array itself. */
  public float[] numbers() {
    return numbers;
  }

  /** Returns the figures, the array itself. */
  public double[] figures() {
    return figures;
  }

  /**
   * Adds another sum to this one, and returns this.
   *
   * @throws FoveaException if the other is of another model or other metrics
   */
  public WorkerSum add(WorkerSum other) {
    if (other.numbers.length != numbers.length || other.figures.length != figures.length) {
      throw new FoveaException(
          ("cluster: workers computed %s and %s numbers, %s and %s figures; the trainers they make must"
                  + " be the same")
              .formatted(
                  numbers.length, other.numbers.length, figures.length, other.figures.length));
    }
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] += other.numbers[i];
    }
    for (int i = 0; i < figures.length; i++) {
      figures[i] += other.figures[i];
    }
    return this;
  }
}
