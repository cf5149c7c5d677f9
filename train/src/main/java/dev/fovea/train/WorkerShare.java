package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.tensor.Seed;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one worker of a {@link Cluster}. Between tasks the next batches of the epoch are
 * loaded ahead; tasks may come in any order. Not thread-safe.
 */
public final class WorkerShare implements AutoCloseable {
  private final int worker;
  private final Dataset samples;
  private @Nullable BatchStream stream;

  /** The epoch, the size and the number of the batch that the stream gives next. */
  private Seed epoch = Seed.of(0);

  private int size;
  private int next;

  /**
   * Creates the share of a worker.
   *
   * @param worker its number, from 0
   * @param samples its samples
   */
  public WorkerShare(int worker, Dataset samples) {
    this.worker = worker;
    this.samples = samples;
  }

  /** Returns the number of the worker, from 0. */
  public int worker() {
    return worker;
  }

  /** Returns the samples. */
  public Dataset samples() {
    return samples;
  }

  /** Returns its samples in batches. */
  Batches batches(int batchSize) {
    return Batches.of(samples, batchSize);
  }

  /** Returns a batch of an epoch, valid until the next call; null where the share has none left. */
  @Nullable Batch batch(Seed epochSeed, int batchSize, int number) {
    BatchStream open = stream;
    if (open == null || !epochSeed.equals(epoch) || batchSize != size || number != next) {
      close();
      Batches batches = batches(batchSize);
      if (number >= batches.count()) {
        return null;
      }
      open = batches.open(epochSeed, number);
      stream = open;
      epoch = epochSeed;
      size = batchSize;
      next = number;
    }
    next++;
    return open.next();
  }

  /** Stops loading ahead; the next task begins again. */
  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
