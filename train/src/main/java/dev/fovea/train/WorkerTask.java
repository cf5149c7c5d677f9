package dev.fovea.train;

import java.io.Serializable;

/**
 * What each worker of a {@link Cluster} is to compute next: the gradients of one batch, or some
 * steps of its own. It holds all that the result depends on besides the trainer's settings and the
 * worker's share of the samples, so that any machine can do it again.
 */
public final class WorkerTask implements Serializable {
  private static final long serialVersionUID = 1;

  private final Place place;
  private final int batchSize;
  private final int batchesOfEpoch;
  private final double[] rates;
  private final float[] parameters;
  private final float[][] memory;

  /**
   * Where in a training a task stands.
   *
   * @param epoch the number of epochs that are done
   * @param batch the number of the first batch in its epoch, from 0
   * @param step the number of steps that are done
   */
  public record Place(int epoch, int batch, long step) implements Serializable {}

  /**
   * Creates a task.
   *
   * @param place where it stands
   * @param batchSize the number of samples of a worker's batch
   * @param batchesOfEpoch the number of batches of an epoch
   * @param rates the learning rates of a worker's own steps; empty if gradients are wanted
   * @param parameters the values of all parameters and running statistics; not copied
   * @param memory what the optimiser remembers, a slot after the other, laid out like the
   *     parameters; empty if gradients are wanted; not copied
   */
  public WorkerTask(
      Place place,
      int batchSize,
      int batchesOfEpoch,
      double[] rates,
      float[] parameters,
      float[][] memory) {
    this.place = place;
    this.batchSize = batchSize;
    this.batchesOfEpoch = batchesOfEpoch;
    this.rates = rates;
    this.parameters = parameters;
    this.memory = memory;
  }

  /** Returns where in the training it stands. */
  public Place place() {
    return place;
  }

  /** Returns the number of batches of an epoch. */
  public int batchesOfEpoch() {
    return batchesOfEpoch;
  }

  /** Returns whether workers take steps of their own. */
  public boolean isLocal() {
    return rates.length > 0;
  }

  int batchSize() {
    return batchSize;
  }

  /** Returns the number of batches of each worker. */
  int batches() {
    return isLocal() ? rates.length : 1;
  }

  double rate(int i) {
    return rates[i];
  }

  float[] parameters() {
    return parameters;
  }

  float[][] memory() {
    return memory;
  }
}
