package dev.fovea.apps;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import org.jspecify.annotations.Nullable;

/**
 * Full batches of a data set without end, for training loops that count steps: after the last one
 * the samples come again, in the next epoch's order.
 */
public final class EndlessBatches implements AutoCloseable {
  private final Batches batches;
  private final Seed seed;
  private int epoch;
  private @Nullable BatchStream stream;

  /**
   * Opens a data set.
   *
   * @param size the number of samples of a batch
   * @throws FoveaException if the data set has fewer samples
   */
  public EndlessBatches(Dataset data, int size, Seed seed) {
    if (data.size() < size) {
      throw new FoveaException(
          "batches of " + size + " samples: the data set has only " + data.size());
    }
    this.batches = data.shuffled().batches(size).withDropLast(true);
    this.seed = seed;
  }

  /** Returns the next batch, which lives until the one after it is taken. */
  public Batch next() {
    while (true) {
      BatchStream open = stream;
      if (open == null) {
        open = batches.open(seed.split(epoch));
        stream = open;
        epoch++;
      }
      Batch batch = open.next();
      if (batch != null) {
        return batch;
      }
      close();
    }
  }

  /** Ends the threads that read ahead. */
  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
