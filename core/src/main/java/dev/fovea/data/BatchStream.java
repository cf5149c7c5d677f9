package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch, or some of them, in order, loaded ahead into a small ring of buffers.
 *
 * <p>One thread calls {@link #next()} and {@link #close()}; background threads fill the ring.
 */
public final class BatchStream implements AutoCloseable {
  private static final int AHEAD = 2;

  private final Batches batches;
  private final Seed sampleSeed;
  private final int[] order;
  private final int end;
  private final Slot[] ring;
  private final List<Thread> loaders = new ArrayList<>();
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock. Batches below `released` are done with; [released, claimed) are in the ring.
  private int released;
  private int claimed;
  private boolean closed;

  // Of the reading thread alone.
  private int next;

  BatchStream(Batches batches, Seed epochSeed, int firstBatch, int endBatch) {
    this.batches = batches;
    this.sampleSeed = epochSeed.split("sample");
    this.order = batches.order(epochSeed);
    this.end = endBatch;
    this.released = firstBatch;
    this.claimed = firstBatch;
    this.next = firstBatch;
    int threads = Math.min(batches.threads(), Math.max(1, end - firstBatch));
    this.ring = new Slot[slots(batches, end - firstBatch)];
    for (int i = 0; i < ring.length; i++) {
      ring[i] = new Slot(batches);
    }
    for (int i = 0; i < threads; i++) {
      loaders.add(Thread.ofPlatform().daemon().name("fovea-loader-" + i).start(this::load));
    }
  }

  private static int slots(Batches batches, int count) {
    int left = Math.max(1, count);
    return Math.min(Math.min(batches.threads(), left) + AHEAD, left);
  }

  /**
   * Returns how many bytes an epoch takes: its ring, and a copy of a last batch that is smaller.
   */
  static long bytes(Batches batches) {
    long each =
        Stream.of(batches.dataset().inputShapes(), batches.dataset().targetShapes())
            .flatMap(List::stream)
            .mapToLong(Shape::elements)
            .sum();
    return 4L * each * batches.sizeOf(0) * (slots(batches, batches.count()) + 1);
  }

  /** A place in the ring: memory for the largest batch, and the number of the batch it holds. */
  private static final class Slot {
    private final BatchBuffer buffer;
    private int ready = -1;
    private @Nullable Throwable failure;

    Slot(Batches b) {
      buffer = new BatchBuffer(b.dataset(), b.sizeOf(0));
    }
  }

  /**
   * Returns the next batch, valid until the next call, or null behind the last.
   *
   * @throws FoveaException if the stream is closed; what reading a sample threw is thrown here
   */
  public @Nullable Batch next() {
    if (next == end) {
      return null;
    }
    Slot slot = ring[next % ring.length];
    Throwable failure = await(slot);
    if (failure != null) {
      close();
      throw rethrown(failure);
    }
    Batch batch = slot.buffer.batch(batches.sizeOf(next), next);
    next++;
    return batch;
  }

  private @Nullable Throwable await(Slot slot) {
    lock.lock();
    try {
      released = next;
      changed.signalAll();
      while (slot.ready != next && !closed) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        throw new FoveaException("the stream of batches is closed");
      }
      return slot.failure;
    } finally {
      lock.unlock();
    }
  }

  private static RuntimeException rethrown(Throwable failure) {
    if (failure instanceof Error e) {
      throw e;
    }
    return (RuntimeException) failure;
  }

  private void load() {
    while (true) {
      int batch = claim();
      if (batch < 0) {
        return;
      }
      Slot slot = ring[batch % ring.length];
      Throwable failure = null;
      try {
        fill(slot, batch);
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      publish(slot, batch, failure);
    }
  }

  private void publish(Slot slot, int batch, @Nullable Throwable failure) {
    lock.lock();
    try {
      slot.failure = failure;
      slot.ready = batch;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the next batch that nobody loads, once its place is free; −1 when there is none. */
  private int claim() {
    lock.lock();
    try {
      int batch = claimed++;
      while (!closed && batch < end && batch >= released + ring.length) {
        changed.awaitUninterruptibly();
      }
      return closed || batch >= end ? -1 : batch;
    } finally {
      lock.unlock();
    }
  }

  private void fill(Slot slot, int batch) {
    int from = batch * batches.batchSize();
    for (int i = 0; i < batches.sizeOf(batch); i++) {
      if (isClosed()) {
        return;
      }
      int index = order[from + i];
      slot.buffer.put(batches.dataset().read(index, sampleSeed.split(index)), i, index);
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Stops the background threads and waits until they have stopped. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Thread t : loaders) {
      try {
        t.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
