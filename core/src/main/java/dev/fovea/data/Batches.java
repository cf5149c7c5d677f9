package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;

/**
 * A data set divided into batches, which background threads load ahead.
 *
 * <p>An epoch's order is {@code epochSeed.split("order").rng().permutation(size)} where the data
 * set is {@linkplain Dataset#shuffled() shuffled}, and sample {@code i} is read with {@code
 * epochSeed.split("sample").split(i)}: the number of threads changes nothing.
 *
 * @param dataset the samples
 * @param batchSize the number of samples of a batch
 * @param dropLast whether an incomplete last batch is left out; false by default
 * @param threads the number of background threads; 2 by default
 */
public record Batches(Dataset dataset, int batchSize, boolean dropLast, int threads) {
  private static final int DEFAULT_THREADS = 2;

  /**
   * Divides a data set into batches.
   *
   * @throws FoveaException if there is no batch to make
   */
  public Batches {
    if (dataset.size() < 1) {
      throw new FoveaException("the data set has no samples");
    }
    if (batchSize < 1) {
      throw new FoveaException("batch size " + batchSize + ": 1 or more expected");
    }
    if (threads < 1) {
      throw new FoveaException(threads + " loader threads: 1 or more expected");
    }
    if (dropLast && batchSize > dataset.size()) {
      throw new FoveaException(
          "batch size %s without partial batches: the data set has only %s samples"
              .formatted(batchSize, dataset.size()));
    }
  }

  /**
   * Returns a data set in batches of this size, the last perhaps smaller.
   *
   * @throws FoveaException if there is no batch to make
   */
  public static Batches of(Dataset dataset, int batchSize) {
    return new Batches(dataset, batchSize, false, DEFAULT_THREADS);
  }

  /** Returns these batches with an incomplete last one left out or not. */
  public Batches withDropLast(boolean drop) {
    return new Batches(dataset, batchSize, drop, threads);
  }

  /** Returns these batches loaded by this number of background threads. */
  public Batches withThreads(int count) {
    return new Batches(dataset, batchSize, dropLast, count);
  }

  /** Returns the number of batches of an epoch. */
  public int count() {
    int full = dataset.size() / batchSize;
    return dropLast || dataset.size() % batchSize == 0 ? full : full + 1;
  }

  /**
   * Returns the number of samples in a batch of an epoch.
   *
   * @param batch its number, from 0
   */
  public int sizeOf(int batch) {
    return Math.min(batchSize, dataset.size() - batch * batchSize);
  }

  /** Returns the memory of all batches that are loaded ahead, in bytes. */
  public long bytes() {
    return BatchStream.bytes(this);
  }

  /** Returns the order in which an epoch visits the samples. */
  int[] order(Seed epochSeed) {
    int n = dataset.size();
    if (dataset.inRandomOrder()) {
      return epochSeed.split("order").rng().permutation(n);
    }
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    return order;
  }

  /** Opens an epoch at its first batch. */
  public BatchStream open(Seed epochSeed) {
    return open(epochSeed, 0);
  }

  /**
   * Opens an epoch at a batch, as a resumed training does; the batches before it are not read.
   *
   * @throws FoveaException if {@code firstBatch} is not between 0 and {@link #count()}
   */
  public BatchStream open(Seed epochSeed, int firstBatch) {
    return open(epochSeed, firstBatch, count());
  }

  /**
   * Opens some batches of an epoch; the others are not read.
   *
   * @param firstBatch the number of the first one
   * @param endBatch the number behind the last one
   * @throws FoveaException if {@code 0 ≤ firstBatch ≤ endBatch ≤} {@link #count()} does not hold
   */
  public BatchStream open(Seed epochSeed, int firstBatch, int endBatch) {
    if (firstBatch < 0 || firstBatch > count()) {
      throw new FoveaException(
          "batch " + firstBatch + " of an epoch that has batches 0 to " + (count() - 1));
    }
    if (endBatch < firstBatch || endBatch > count()) {
      throw new FoveaException(
          "batches of an epoch from %s up to %s: an end from %s to %s expected"
              .formatted(firstBatch, endBatch, firstBatch, count()));
    }
    return new BatchStream(this, epochSeed, firstBatch, endBatch);
  }
}
