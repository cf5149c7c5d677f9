package dev.fovea.serve.batch;

import dev.fovea.serve.batch.RefusedException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The requests that wait, first come first served, and the batches that are made of them. */
final class PendingQueue {
  /** Samples of a request that are in one batch. */
  record Part(Pending of, int first, int count) {
    /** Returns whether the part is the whole request. */
    boolean isWhole() {
      return count == of.samples();
    }
  }

  /**
   * Parts of requests that are computed together.
   *
   * @param parts the parts; none once the queue has ended
   * @param apart whether the thread that takes it computes it without the engine's threads
   */
  record Batch(List<Part> parts, boolean apart) {
    static final Batch NONE = new Batch(List.of(), false);
  }

  private final Batching rule;
  private final boolean whole;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private int samples;

  /** How many batches the engine's threads compute. */
  private int together;

  /** How many batches are computed by a thread each. */
  private int apart;

  private boolean closed;

  /** When requests are computed by a thread each, and how many of them at a time. */
  private Crowd crowd;

  /**
   * Creates an empty queue.
   *
   * @param crowd when requests are computed by a thread each
   * @param whole whether a batch is one request as it is
   */
  PendingQueue(Batching rule, Crowd crowd, boolean whole) {
    this.rule = rule;
    this.crowd = crowd;
    this.whole = whole;
  }

  /** Changes when requests are computed by a thread each, and how many of them at a time. */
  void form(Crowd other) {
    lock.lock();
    try {
      crowd = other;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many samples wait. */
  int samples() {
    lock.lock();
    try {
      return samples;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a request.
   *
   * @throws RefusedException if it is closed or full
   */
  void add(Pending request) {
    lock.lock();
    try {
      if (closed) {
        throw new RefusedException(Reason.CLOSED, "batcher: closed, it takes no more requests");
      }
      if (samples + request.samples() > rule.maxQueue()) {
        dropOver();
      }
      if (samples + request.samples() > rule.maxQueue()) {
        throw new RefusedException(
            Reason.QUEUE_FULL,
            "batcher: the queue is full: the request has %s, %s, and at most %s may wait"
                .formatted(counted(request.samples()), waits(samples), rule.maxQueue()));
      }
      waiting.add(request);
      samples += request.samples();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private static String counted(int n) {
    return n + (n == 1 ? " sample" : " samples");
  }

  private static String waits(int n) {
    return n + (n == 1 ? " waits" : " wait");
  }

  /** Takes no more requests; those that wait are still handed out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more requests, and refuses those that wait; what is being computed stays so. */
  void refuse() {
    List<Pending> refused;
    lock.lock();
    try {
      closed = true;
      refused = List.copyOf(waiting);
      waiting.clear();
      samples = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    RefusedException ending =
        new RefusedException(Reason.CLOSED, "batcher: closed before the request's turn had come");
    refused.forEach(p -> p.answer().completeExceptionally(ending));
  }

  /**
   * Returns whether a request may be computed at once, by the thread that asks: nothing waits, and
   * fewer batches than that are computed. Then {@link #computed} must follow.
   *
   * @param alone whether it does without the engine's threads
   */
  boolean passes(int most, boolean alone) {
    lock.lock();
    try {
      boolean free =
          !closed && waiting.isEmpty() && together + apart < most && rule.maxDelay().isZero();
      if (free) {
        count(alone, 1);
      }
      return free;
    } finally {
      lock.unlock();
    }
  }

  private void count(boolean alone, int batches) {
    apart += alone ? batches : 0;
    together += alone ? 0 : batches;
  }

  /**
   * Says that a request that {@linkplain #passes passed} has been computed.
   *
   * @param alone as it was said then
   */
  void computed(boolean alone) {
    lock.lock();
    try {
      count(alone, -1);
      signalIfUseful();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes a thread if it may find something to do, or all of them once there will be nothing. */
  private void signalIfUseful() {
    if (isOver()) {
      changed.signalAll();
    } else if (!waiting.isEmpty()) {
      changed.signal();
    }
  }

  private boolean isOver() {
    return closed && samples == 0 && together + apart == 0;
  }

  /**
   * Says that a batch has been computed and waits for the next; there is none once the queue is
   * closed, nothing waits and nothing is computed.
   *
   * @param done the batch before; {@link Batch#NONE} for the first
   */
  Batch take(Batch done) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      count(done.apart, done.parts.isEmpty() ? 0 : -1);
      while (!isOver()) {
        waitForMore();
        dropOver();
        // A crowd waits until no batch is computed together: else the next would be so, for ever.
        boolean alone = crowd.forms(waiting.size(), apart);
        boolean free = alone ? crowd.hasFree(together, apart) : together + apart < rule.instances();
        if (samples > 0 && free) {
          count(alone, 1);
          List<Part> parts = whole ? List.of(nextWhole()) : next(alone);
          signalIfUseful();
          return new Batch(parts, alone);
        }
        if (!isOver()) {
          changed.await();
        }
      }
      changed.signalAll();
      return Batch.NONE;
    } finally {
      lock.unlock();
    }
  }

  /** Waits as long as the batch is not full and its first request may wait. */
  private void waitForMore() throws InterruptedException {
    for (long left = patience(); left > 0; left = patience()) {
      long _ = changed.awaitNanos(left);
    }
  }

  /** Returns for how many nanoseconds a batch may wait. */
  private long patience() {
    boolean now = whole || closed || samples >= rule.maxBatch() || waiting.isEmpty();
    return now ? 0 : waiting.element().arrived() + rule.maxDelay().toNanos() - System.nanoTime();
  }

  /** Drops requests that are late, or that nobody waits for any more. */
  private void dropOver() {
    long now = System.nanoTime();
    waiting.removeIf(p -> {
      if (p.isLate(now) && p.taken == 0) {
        p.answer().completeExceptionally(late());
      }
      boolean over = p.isOver();
      samples -= over ? p.samples() - p.taken : 0;
      return over;
    });
  }

  static RefusedException late() {
    return new RefusedException(
        Reason.DEADLINE, "batcher: the request's time was over before its turn had come");
  }

  private Part nextWhole() {
    Pending first = waiting.remove();
    first.taken = first.samples();
    samples -= first.samples();
    return new Part(first, 0, first.samples());
  }

  /**
   * Takes a batch of a known size from the front: the largest, or one that leaves as much to each
   * other thread.
   */
  private List<Part> next(boolean alone) {
    int most = alone ? Math.min(crowd.mostSamples(), samples / crowd.threads()) : samples;
    int size = rule.largestSize(Math.max(1, most));
    samples -= size;
    List<Part> parts = new ArrayList<>();
    while (size > 0) {
      Pending p = waiting.element();
      int count = Math.min(size, p.samples() - p.taken);
      parts.add(new Part(p, p.taken, count));
      p.taken += count;
      size -= count;
      if (p.taken == p.samples()) {
        waiting.remove();
      }
    }
    return parts;
  }
}
