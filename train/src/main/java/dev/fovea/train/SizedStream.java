package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.tensor.Seed;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The batches of an epoch in order, whose pictures have several sizes in turns. */
final class SizedStream implements AutoCloseable {
  private final TrainingSizes sizes;
  private final Seed epochSeed;
  private BatchStream stream;

  /** The stream of the next turn; its first batches are loaded while the last of this is used. */
  private @Nullable BatchStream following;

  private int next;
  private int end;
  private int size;

  SizedStream(TrainingSizes sizes, Seed epochSeed, int firstBatch) {
    this.sizes = sizes;
    this.epochSeed = epochSeed;
    this.next = firstBatch;
    this.end = sizes.endOfTurn(firstBatch);
    this.size = sizes.of(epochSeed, firstBatch);
    this.stream = turn(firstBatch);
  }

  private BatchStream turn(int first) {
    int number = sizes.of(epochSeed, first);
    return sizes.all().get(number).batches().open(epochSeed, first, sizes.endOfTurn(first));
  }

  /** Returns the next batch, valid until the next call. There must be one. */
  Batch next() {
    BatchStream waiting = following;
    if (waiting != null) {
      stream.close();
      stream = waiting;
      following = null;
      end = sizes.endOfTurn(next);
      size = sizes.of(epochSeed, next);
    }
    Batch batch = Objects.requireNonNull(stream.next());
    next++;
    if (next == end && next < sizes.all().get(0).batches().count()) {
      following = turn(next);
    }
    return batch;
  }

  /** Returns the size of the last batch, as a number from 0. */
  int size() {
    return size;
  }

  @Override
  public void close() {
    stream.close();
    if (following != null) {
      following.close();
    }
  }
}
