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

  private final Batching rule;
  private final int[] sizes;
  private final boolean whole;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private int samples;
  private int computing;
  private boolean closed;

  /**
   * Creates an empty queue.
   *
   * @param whole whether a batch is one request as it is
   */
  PendingQueue(Batching rule, boolean whole) {
    this.rule = rule;
    this.sizes = rule.sizes();
    this.whole = whole;
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
            "batcher: %s samples wait, %s more are over the bound of %s"
                .formatted(samples, request.samples(), rule.maxQueue()));
      }
      waiting.add(request);
      samples += request.samples();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
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

  /**
   * Returns whether a request may be computed at once, by the thread that asks: nothing waits, and
   * fewer batches than that are computed. Then {@link #computed} must follow.
   */
  boolean passes(int most) {
    lock.lock();
    try {
      boolean free = !closed && waiting.isEmpty() && computing < most && rule.maxDelay().isZero();
      computing += free ? 1 : 0;
      return free;
    } finally {
      lock.unlock();
    }
  }

  /** Says that a batch has been computed. */
  void computed() {
    lock.lock();
    try {
      computing--;
      if (closed || !waiting.isEmpty()) { // else nobody would find anything to do
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a batch, after which {@link #computed} must follow; it is empty once the queue is
   * closed, nothing waits and nothing is computed.
   */
  List<Part> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        waitForMore();
        dropOver();
        if (samples > 0 && computing < rule.instances()) {
          computing++;
          return whole ? List.of(nextWhole()) : next();
        }
        if (closed && samples == 0 && computing == 0) {
          return List.of();
        }
        changed.await();
      }
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

  /** Takes the largest batch of a known size from the front. */
  private List<Part> next() {
    int size = 1;
    for (int s : sizes) {
      size = s <= samples ? s : size;
    }
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
