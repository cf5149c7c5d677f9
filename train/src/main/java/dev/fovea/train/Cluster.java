package dev.fovea.train;

/**
 * Workers that compute the steps of a training together, in the place of this machine.
 *
 * <p>Each worker holds a share of the samples: of n samples and W workers, ⌈n / W⌉ or ⌊n / W⌋. A
 * batch of B samples is B / W samples of every share, each share in an order of its own. What
 * follows from the sums over workers (the optimiser's step, schedules, early stopping, checkpoints)
 * is computed once, by the {@link Trainer} that was given the cluster.
 *
 * @see Trainer#cluster
 */
public interface Cluster {
  /** Returns the number W of workers. */
  int workers();

  /**
   * Returns how many steps each worker takes by itself before parameters, running statistics and
   * what the optimiser remembers are averaged over all workers (local SGD; Stich, 2019); 0 if
   * gradients are averaged in every step instead, which is the step of one large batch.
   */
  int localSteps();

  /**
   * Lets every worker do a task, and returns the sum of their results. Sums are taken in an order
   * that depends on the number of workers alone, so that the same task gives the same bits.
   *
   * @throws dev.fovea.tensor.FoveaException if a worker cannot do it
   */
  WorkerSum compute(WorkerTask task);
}
