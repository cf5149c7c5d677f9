package dev.fovea.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.ConvolutionAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class WorkersTest {
  /** Phase 0 writes task + 1 to each place, phase 1 multiplies by 3: wrong if phases overlap. */
  private record TwoPhases(int count, int scratch, Span on) implements Job {
    @Override
    public int phases() {
      return 2;
    }

    @Override
    public int tasks(int phase) {
      return count;
    }

    @Override
    public void compute(int phase, int task, Span memory) {
      assertThat(memory.length()).isGreaterThanOrEqualTo(scratch);
      int other = count - 1 - task;
      float[] out = on.array();
      if (phase == 0) {
        out[task] += task + 1;
      } else {
        out[count + task] += 3 * out[other];
      }
    }
  }

  private static void check(float[] out, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(out[i]).isEqualTo(i + 1);
      assertThat(out[count + i]).isEqualTo(3f * (count - i));
    }
  }

  @Test
  void everyTaskOfEveryPhaseRunsOnceAndPhasesDoNotOverlap() {
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (Workers workers = new Workers(threads)) {
        for (int round = 0; round < 2000; round++) {
          int count = 1 + round % 37;
          float[] out = new float[2 * count];
          workers.execute(new TwoPhases(count, 0, Span.of(out)));
          check(out, count);
        }
      }
    }
  }

  /** Waits until so many threads of the workers have fallen asleep. */
  private static void awaitSleepers(int count, Workers workers) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (Thread.getAllStackTraces().keySet().stream()
            .filter(t -> workers.equals(LockSupport.getBlocker(t)))
            .count()
        < count) {
      assertThat(System.nanoTime() - end).as("still awake").isNegative();
      Thread.sleep(1);
    }
  }

  @Test
  void workersThatFellAsleepWakeUp() throws InterruptedException {
    try (Workers workers = new Workers(3)) {
      for (int round = 0; round < 30; round++) {
        awaitSleepers(2, workers);
        float[] out = new float[2 * 64];
        workers.execute(new TwoPhases(64, 0, Span.of(out)));
        check(out, 64);
      }
    }
  }

  @Test
  void scratchIsLargeEnoughWhenItsSizeChangesFromJobToJob() {
    try (Workers workers = new Workers(3)) {
      for (int round = 0; round < 3000; round++) {
        int scratch = round % 7 * 1000;
        float[] out = new float[2 * 16];
        workers.execute(new TwoPhases(16, scratch, Span.of(out)), Span.of(new float[scratch]));
        check(out, 16);
      }
    }
  }

  /** Memory for all would be twice the heap. */
  @Test
  void helpersThatGetNoMemoryLeaveTheirTasksToOthers() {
    int part = (int) (Runtime.getRuntime().maxMemory() / Float.BYTES / 20);
    try (Workers workers = new Workers(40)) {
      for (int round = 0; round < 20; round++) {
        float[] out = new float[2 * 64];
        workers.execute(new TwoPhases(64, part, Span.of(out)), Span.of(new float[part]));
        check(out, 64);
      }
    }
  }

  @Test
  void theSharedThreadsOutliveTheirClosing() throws InterruptedException {
    Workers kept;
    try (Workers workers = Workers.lasting(2)) {
      kept = workers;
    }
    for (int round = 0; round < 3; round++) {
      awaitSleepers(1, kept);
      CyclicBarrier both = new CyclicBarrier(2);
      kept.forEach(2, piece -> meet(both));
    }
    assertThat(afterClosing(Engine.shared()).isClosed()).isFalse();
    assertThat(afterClosing(Engine.shared().with(ConvolutionAlgorithm.DIRECT)).isClosed())
        .isFalse();
    assertThat(afterClosing(Engine.ofThreads(2)).isClosed()).isTrue();
  }

  private static Workers afterClosing(Engine engine) {
    try (engine) {
      return engine.unwrap(Workers.class);
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("the other thread does not come", e);
    }
  }

  @Test
  void severalCallersMayComeAtOnce() throws Exception {
    try (Workers workers = new Workers(2);
        ExecutorService callers = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        calls.add(() -> {
          for (int round = 0; round < 1000; round++) {
            float[] out = new float[2 * 24];
            workers.execute(new TwoPhases(24, 8, Span.of(out)), Span.of(new float[8]));
            check(out, 24);
          }
          return true;
        });
      }
      for (Future<Boolean> f : callers.invokeAll(calls)) {
        assertThat(f.get()).isTrue();
      }
    }
  }

  @Test
  void eachPieceRunsItsKernelsOnOneThread() {
    try (Workers workers = new Workers(3)) {
      for (int round = 0; round < 200; round++) {
        Thread[] ran = new Thread[2 + round % 11];
        workers.forEach(
            ran.length,
            piece -> {
              ran[piece] = Thread.currentThread();
              float[] out = new float[2 * 24];
              workers.execute(new TwoPhases(24, 8, Span.of(out)), Span.of(new float[8]));
              check(out, 24);
              workers.execute(new OnThread(24, Thread.currentThread()));
            });
        assertThat(ran).doesNotContainNull();
      }
      assertThatThrownBy(
              () -> workers.forEach(5, piece -> assertThat(piece).as("piece").isNotEqualTo(3)))
          .hasMessageContaining("piece");
    }
  }

  /** Tasks that must run on one thread. */
  private record OnThread(int count, Thread thread) implements Job {
    @Override
    public int tasks(int phase) {
      return count;
    }

    @Override
    public void compute(int phase, int task, Span memory) {
      assertThat(Thread.currentThread()).isSameAs(thread);
    }
  }

  @Test
  void anErrorArrivesAsItIs() {
    for (int threads : new int[] {1, 3}) {
      try (Workers workers = new Workers(threads)) {
        assertThatThrownBy(() -> workers.forEach(20, this::fail))
            .isInstanceOf(OutOfMemoryError.class)
            .hasMessage("piece 19");
      }
    }
  }

  private void fail(int piece) {
    if (piece == 19) {
      throw new OutOfMemoryError("piece 19");
    }
  }

  @Test
  void aFailureInAnyTaskReachesTheCallerAndTheWorkersLiveOn() {
    Job failing =
        Job.of(
            50,
            task -> {
              if (task == 33) {
                throw new IllegalStateException("task 33");
              }
            });
    for (int threads : new int[] {1, 2, 4}) {
      try (Workers workers = new Workers(threads)) {
        for (int round = 0; round < 50; round++) {
          assertThatThrownBy(() -> workers.execute(failing))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("task 33");
          float[] out = new float[2 * 40];
          workers.execute(new TwoPhases(40, 0, Span.of(out)));
          check(out, 40);
        }
      }
    }
  }

  @Test
  void atLeastOneThreadIsNeeded() {
    assertThatThrownBy(() -> new Workers(0)).hasMessage("threads must be at least 1, got 0");
  }
}
