package dev.fovea.engine.runtime;

import dev.fovea.engine.kernel.Alignment;
import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.kernel.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads that share the tasks of a job: the caller and some that wait for it.
 *
 * <p>Each thread begins with a share of neighbouring tasks, the same share in every job: neighbours
 * read and write neighbouring memory, so that what a thread wrote in one step is in its own cache
 * in the next. Tasks are claimed one by one, and who has none left claims from the others' shares:
 * a late or slow worker holds nobody up. Waiting workers spin for a moment and then sleep. One
 * caller at a time has the workers; another that comes meanwhile does its tasks alone, with the
 * same result.
 */
public final class Workers implements AutoCloseable {
  private static final long SPIN_NANOS = 100_000;
  private static final int SPINS_BEFORE_YIELD = 20_000;
  private static final int EPOCH_SHIFT = 32;
  private static final long TASK_MASK = 0xFFFF_FFFFL;

  /** The next task while there is no job: larger than any number of tasks. */
  private static final long NONE = Integer.MAX_VALUE;

  /** Longs of two cache lines, which processors fetch together. */
  private static final int LINE = 16;

  /** The part of the heap, one in so many, that memory lent to threads takes at most. */
  private static final int HEAP_SHARE = 8;

  private final ReentrantLock inUse = new ReentrantLock();
  private final List<Worker> helpers = new ArrayList<>();
  private final AtomicInteger sleeping = new AtomicInteger();

  /**
   * Per thread, the number of the current job and the next task of the thread's share that nobody
   * has claimed; {@link #LINE} apart, so that threads do not wait for each other's cache lines.
   */
  private final AtomicLongArray claims;

  private final int threads;
  private final boolean lasting;

  private final AtomicInteger finished = new AtomicInteger();

  // The current job. Written only while no task can be claimed, read only before a claim succeeds.
  private volatile @Nullable Job job;
  private volatile int phase;
  private volatile int tasks;
  private volatile @Nullable Throwable failure;

  /** The memory lent to each helper; changes as the fields of the job do. */
  private volatile Span[] lent = {};

  private volatile boolean closed;

  /**
   * Creates workers for {@code threads} threads, the caller's included.
   *
   * @throws IllegalArgumentException if {@code threads} is below 1
   */
  public Workers(int threads) {
    this(threads, false);
  }

  private Workers(int threads, boolean lasting) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    this.threads = threads;
    this.lasting = lasting;
    claims = new AtomicLongArray((threads + 1) * LINE);
    closeClaims(0);
    for (int i = 1; i < threads; i++) {
      Worker worker = new Worker(i);
      worker.setDaemon(true);
      helpers.add(worker);
      worker.start();
    }
  }

  /**
   * Returns workers that last as long as the process: closing them does nothing.
   *
   * @throws IllegalArgumentException if {@code threads} is below 1
   */
  public static Workers lasting(int threads) {
    return new Workers(threads, true);
  }

  /** Returns the number of threads, the caller's included. */
  public int threads() {
    return threads;
  }

  /**
   * Runs all phases and tasks of a job and returns when they are done.
   *
   * @param scratch the caller's own memory, of at least {@link Job#scratch()} floats
   */
  public void execute(Job work, Span scratch) {
    for (int p = 0; p < work.phases(); p++) {
      int count = work.tasks(p);
      if (count > 1 && !helpers.isEmpty() && !inUse.isHeldByCurrentThread() && inUse.tryLock()) {
        try {
          share(work, p, count, scratch);
        } finally {
          inUse.unlock();
        }
      } else {
        for (int t = 0; t < count; t++) {
          work.compute(p, t, scratch);
        }
      }
    }
  }

  /** Runs a job whose tasks need no memory of their own. */
  public void execute(Job work) {
    execute(work, Span.EMPTY);
  }

  /**
   * Runs {@code count} independent pieces of work and returns when they are done.
   *
   * <p>Pieces run on a thread each, and jobs that run within one are not shared with the threads of
   * others; on the caller's thread alone, one after the other, while the threads work for someone
   * else.
   *
   * @param piece called with each number from 0 to {@code count} − 1, by several threads at once
   */
  public void forEach(int count, IntConsumer piece) {
    execute(Job.of(count, piece));
  }

  private void share(Job work, int p, int count, Span scratch) {
    lend(work.scratch());
    job = work;
    phase = p;
    finished.set(0);
    tasks = count;
    long epoch = (claims.get(LINE) >>> EPOCH_SHIFT) + 1;
    openClaims(epoch, count);
    if (sleeping.get() > 0) {
      helpers.forEach(LockSupport::unpark);
    }
    work(0, scratch);
    awaitFinished(count);
    closeClaims(epoch);
    job = null;
    Throwable t = failure;
    if (t != null) {
      failure = null;
      if (t instanceof Error e) {
        throw e;
      }
      throw t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }
  }

  /**
   * Lends helpers memory of so many floats each, parts of one array. Sizes only grow and soon stay.
   * Where the heap is small for the number of threads, some helpers get none and leave the tasks
   * that need it to the others.
   */
  private void lend(int need) {
    if (need == 0 || (lent.length > 0 && lent[0].length() >= need)) {
      return;
    }
    int stride = (need + LINE - 1) / LINE * LINE + 2 * LINE;
    long most =
        Math.min(Runtime.getRuntime().maxMemory() / HEAP_SHARE / Float.BYTES, Alignment.LAST);
    int count = Math.clamp(most / stride, 1, helpers.size());
    Span all = Span.aligned(count * stride);
    Span[] parts = new Span[count];
    for (int i = 0; i < count; i++) {
      parts[i] = new Span(all.array(), all.offset() + i * stride, need);
    }
    lent = parts;
  }

  @SuppressWarnings("ThreadPriorityCheck") // a worker that lost its processor needs ours
  private void awaitFinished(int count) {
    int spins = 0;
    while (finished.get() < count) {
      if (++spins < SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** Lets the tasks of a new job be claimed. */
  private void openClaims(long epoch, int count) {
    for (int i = 0; i < threads; i++) {
      claims.set((i + 1) * LINE, epoch << EPOCH_SHIFT | shareBegin(i, count));
    }
  }

  /** Ends a job all of whose tasks are done, so that its fields may change. */
  private void closeClaims(long epoch) {
    for (int i = 0; i < threads; i++) {
      claims.set((i + 1) * LINE, epoch << EPOCH_SHIFT | NONE);
    }
  }

  /** Returns the first task of thread {@code i}'s share of {@code count} tasks. */
  private long shareBegin(int i, int count) {
    return (long) count * i / threads;
  }

  /**
   * Runs tasks of thread {@code self}'s share of the current job and then of the others' shares,
   * until none is left or {@code scratch} is too small for it; returns whether it ran any.
   */
  private boolean work(int self, Span scratch) {
    boolean ran = false;
    for (int i = 0; i < threads; i++) {
      ran |= workShare((self + i) % threads, scratch);
    }
    return ran;
  }

  private boolean workShare(int share, Span scratch) {
    int at = (share + 1) * LINE;
    boolean ran = false;
    while (true) {
      long c = claims.get(at);
      Job work = job;
      int p = phase;
      int task = (int) (c & TASK_MASK);
      if (task >= shareBegin(share + 1, tasks)
          || work == null
          || work.scratch() > scratch.length()) {
        return ran;
      }
      if (claims.compareAndSet(at, c, c + 1)) {
        ran = true;
        runTask(work, p, task, scratch);
      }
    }
  }

  private void runTask(Job work, int p, int task, Span scratch) {
    try {
      work.compute(p, task, scratch);
    } catch (Throwable e) {
      failure = e;
    } finally {
      finished.incrementAndGet();
    }
  }

  /**
   * Ends the threads; tasks are then done by the caller alone. Does nothing to {@linkplain #lasting
   * lasting} workers.
   */
  @Override
  public void close() {
    closed = !lasting;
    helpers.forEach(LockSupport::unpark);
  }

  /** Returns whether the threads have been told to end. */
  boolean isClosed() {
    return closed;
  }

  private final class Worker extends Thread {
    private final int self;

    Worker(int self) {
      super("fovea-worker-" + self);
      this.self = self;
    }

    @Override
    public void run() {
      long idleSince = System.nanoTime();
      while (!closed) {
        if (hasTask()) {
          if (work(self, scratch())) {
            idleSince = System.nanoTime();
          }
        } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          sleep();
          idleSince = System.nanoTime();
        }
      }
    }

    /** Returns the memory that is lent to this worker. */
    private Span scratch() {
      Span[] parts = lent;
      return self <= parts.length ? parts[self - 1] : Span.EMPTY;
    }

    /** Returns whether there is a task that nobody has claimed and this worker has memory for. */
    private boolean hasTask() {
      Job work = job;
      if (work == null || work.scratch() > scratch().length()) {
        return false;
      }
      for (int i = 0; i < threads; i++) {
        if ((claims.get((i + 1) * LINE) & TASK_MASK) < shareBegin(i + 1, tasks)) {
          return true;
        }
      }
      return false;
    }

    private void sleep() {
      sleeping.incrementAndGet();
      if (!hasTask() && !closed) {
        LockSupport.park(Workers.this);
        boolean _ = Thread.interrupted(); // an interrupted thread would never park again
      }
      sleeping.decrementAndGet();
    }
  }
}
