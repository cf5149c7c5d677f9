package dev.fovea.serve.batch;

import dev.fovea.tensor.FoveaException;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * How requests become batches.
 *
 * @param maxBatch the most samples that are computed together, 1 … 1,024
 * @param maxDelay how long the first sample of a batch may wait for others; zero takes what has
 *     come while the batch before was computed
 * @param maxQueue the most samples that wait, at least {@code maxBatch}; a request beyond it is
 *     refused
 * @param instances how many batches are computed at once, each by all threads of the engine, 1 …
 *     64; where many requests wait, each thread computes batches of its own instead
 */
public record Batching(int maxBatch, Duration maxDelay, int maxQueue, int instances) {
  /** The largest {@code maxBatch}. */
  public static final int MOST_BATCH = 1_024;

  /** The largest {@code instances}. */
  public static final int MOST_INSTANCES = 64;

  /** The largest {@code maxQueue}. */
  public static final int MOST_QUEUE = 1_000_000;

  /** The longest {@code maxDelay}. */
  public static final Duration MOST_DELAY = Duration.ofSeconds(10);

  /**
   * Checks the settings.
   *
   * @throws FoveaException if one is out of bounds
   */
  public Batching {
    require("maxBatch", maxBatch, 1, MOST_BATCH);
    if (maxQueue < maxBatch) {
      throw new FoveaException(
          "batching: maxQueue must be at least maxBatch, which is %s, got %s"
              .formatted(maxBatch, maxQueue));
    }
    require("maxQueue", maxQueue, maxBatch, MOST_QUEUE);
    require("instances", instances, 1, MOST_INSTANCES);
    if (maxDelay.isNegative() || maxDelay.compareTo(MOST_DELAY) > 0) {
      throw new FoveaException("batching: maxDelay must be from 0 to 10 s, got " + maxDelay);
    }
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new FoveaException(
          "batching: %s must be from %s to %s, got %s".formatted(what, least, most, value));
    }
  }

  /** Returns batches of up to 16 that wait for nobody, a queue of 256 samples, one instance. */
  public static Batching usual() {
    return new Batching(16, Duration.ZERO, 256, 1);
  }

  /** Returns this with another largest batch; the queue grows with it where it must. */
  public Batching maxBatch(int samples) {
    return new Batching(samples, maxDelay, Math.max(maxQueue, samples), instances);
  }

  /** Returns this with another longest wait. */
  public Batching maxDelay(Duration delay) {
    return new Batching(maxBatch, delay, maxQueue, instances);
  }

  /** Returns this with another bound on samples that wait. */
  public Batching maxQueue(int samples) {
    return new Batching(maxBatch, maxDelay, samples, instances);
  }

  /** Returns this with another number of batches at once. */
  public Batching instances(int batches) {
    return new Batching(maxBatch, maxDelay, maxQueue, batches);
  }

  /**
   * Returns the sizes of batches in ascending order: the powers of two below {@code maxBatch}, and
   * itself. A program is compiled for each, so there are few.
   */
  int[] sizes() {
    IntStream powers = IntStream.iterate(1, n -> n < maxBatch, n -> 2 * n);
    return IntStream.concat(powers, IntStream.of(maxBatch)).toArray();
  }

  /** Returns the largest of the sizes that is not above a number of samples. */
  int largestSize(int samples) {
    return samples >= maxBatch ? maxBatch : Integer.highestOneBit(samples);
  }
}
