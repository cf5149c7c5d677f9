package dev.fovea.serve.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.fovea.engine.Engine;
import dev.fovea.serve.Gate;
import dev.fovea.serve.batch.RefusedException.Reason;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BatcherTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Gate gate = new Gate();

  /** A thread that computes leaves none to what comes meanwhile. */
  private final Engine one = Engine.ofThreads(1);

  private Batcher batcher(Batching rule) {
    Batcher batcher = Batcher.of(gate.model(), rule);
    gate.forget();
    return batcher;
  }

  private static void answers(CompletableFuture<List<Tensor>> answer, Tensor input) {
    assertThat(answer.join().get(0).shape()).isEqualTo(input.shape());
    assertThat(answer.join().get(0).data()).containsExactly(Gate.expected(input));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void answersEveryThreadWithItsOwn(int instances) throws Exception {
    try (Batcher batcher = batcher(Batching.usual().maxBatch(8).instances(instances));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        int number = t;
        all.add(
            threads.submit(() -> {
              for (int i = 0; i < 50; i++) {
                Tensor input = Gate.input(1 + i % 5, 1000 * number + i);
                Tensor output = batcher.run(List.of(input), LONG).get(0);
                assertThat(output.data()).containsExactly(Gate.expected(input));
              }
            }));
      }
      for (Future<?> f : all) {
        f.get();
      }
      assertThat(batcher.waiting()).isZero();
    }
  }

  /** 1 is computed while 11 come; then 8, 2 and 1 are: the largest sizes of batches that fit. */
  @Test
  void whatComesMeanwhileIsComputedTogether() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    gate.close();
    try (Batcher batcher =
        Batcher.of(
            gate.model().withEngine(one),
            Batching.usual().maxBatch(8),
            (samples, waited, computed) -> sizes.add(samples))) {
      List<CompletableFuture<List<Tensor>>> all = new ArrayList<>();
      all.add(batcher.submit(List.of(Gate.input(1, 0)), LONG));
      gate.await();
      for (int i = 1; i < 6; i++) {
        all.add(batcher.submit(List.of(Gate.input(i == 5 ? 7 : 1, 100 * i)), LONG));
      }
      assertThat(batcher.waiting()).isEqualTo(11);
      gate.open();
      for (int i = 0; i < 6; i++) {
        answers(all.get(i), Gate.input(i == 5 ? 7 : 1, 100 * i));
      }
    }
    assertThat(sizes).containsExactly(1, 8, 2, 1);
  }

  /**
   * What comes while both threads compute one request, or two, is computed by a thread each once
   * these are done.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void manyRequestsAreComputedByAThreadEach(int instances) {
    Batching rule = Batching.usual().instances(instances);
    gate.close();
    try (Engine engine = Engine.ofThreads(2);
        Batcher batcher = Batcher.of(gate.model().withEngine(engine), rule)) {
      List<CompletableFuture<List<Tensor>>> all = new ArrayList<>();
      for (int i = 0; i < instances; i++) {
        all.add(batcher.submit(List.of(Gate.input(1, i)), LONG));
        gate.await();
      }
      for (int i = instances; i < instances + 5; i++) {
        all.add(batcher.submit(List.of(Gate.input(1, i)), LONG));
      }
      assertThat(batcher.waiting()).isEqualTo(5);
      gate.let(instances);
      gate.await();
      gate.await(); // so two are being computed, of 2 = 5 / 2 and 1 = 3 / 2 samples
      assertThat(batcher.waiting()).isEqualTo(2);
      gate.open();
      for (int i = 0; i < all.size(); i++) {
        answers(all.get(i), Gate.input(1, i));
      }
      List<Integer> sizes = new ArrayList<>(Collections.nCopies(instances + 3, 1));
      sizes.add(2);
      assertThat(gate.batches()).containsExactlyInAnyOrderElementsOf(sizes);
    }
  }

  @Test
  void waitsForABatchNoLongerThanTold() {
    try (Batcher batcher = batcher(Batching.usual().maxBatch(4).maxDelay(Duration.ofMillis(30)))) {
      long begun = System.nanoTime();
      CompletableFuture<List<Tensor>> first = batcher.submit(List.of(Gate.input(2, 0)), LONG);
      CompletableFuture<List<Tensor>> second = batcher.submit(List.of(Gate.input(1, 9)), LONG);
      answers(first, Gate.input(2, 0));
      answers(second, Gate.input(1, 9));
      assertThat(System.nanoTime() - begun).isGreaterThan(25_000_000L);
    }
  }

  @Test
  void refusesWhatDoesNotFitIntoTheQueueAndGoesOn() {
    gate.close();
    try (Batcher batcher = batcher(Batching.usual().maxBatch(2).maxQueue(3))) {
      CompletableFuture<List<Tensor>> first = batcher.submit(List.of(Gate.input(1, 0)), LONG);
      gate.await();
      CompletableFuture<List<Tensor>> second = batcher.submit(List.of(Gate.input(2, 5)), LONG);
      assertThatThrownBy(() -> batcher.submit(List.of(Gate.input(2, 0)), LONG))
          .isInstanceOf(RefusedException.class)
          .hasMessage(
              "batcher: the queue is full: the request has 2 samples, 2 wait, and at most 3 may"
                  + " wait")
          .extracting(e -> ((RefusedException) e).reason())
          .isEqualTo(Reason.QUEUE_FULL);
      CompletableFuture<List<Tensor>> third = batcher.submit(List.of(Gate.input(1, 7)), LONG);
      gate.open();
      answers(first, Gate.input(1, 0));
      answers(second, Gate.input(2, 5));
      answers(third, Gate.input(1, 7));
    }
  }

  /** Given up requests make room, and are not computed. */
  @Test
  void refusesWhatIsLate() {
    gate.close();
    try (Batcher batcher = batcher(Batching.usual().maxBatch(1).maxQueue(1))) {
      CompletableFuture<List<Tensor>> first = batcher.submit(List.of(Gate.input(1, 0)), LONG);
      gate.await();
      assertThatThrownBy(() -> batcher.run(List.of(Gate.input(1, 1)), Duration.ofMillis(20)))
          .isInstanceOf(RefusedException.class)
          .hasMessage("batcher: the request's time was over before its turn had come");
      CompletableFuture<List<Tensor>> late =
          batcher.submit(List.of(Gate.input(1, 2)), Duration.ZERO);
      CompletableFuture<List<Tensor>> last = batcher.submit(List.of(Gate.input(1, 3)), LONG);
      gate.open();
      answers(first, Gate.input(1, 0));
      answers(last, Gate.input(1, 3));
      assertThat(late).isCompletedExceptionally();
      assertThat(gate.batches()).containsExactly(1, 1);
    }
  }

  @Test
  void closingAnswersWhatWaitsAndTakesNoMore() throws Exception {
    gate.close();
    Batcher batcher = batcher(Batching.usual().maxBatch(2));
    List<CompletableFuture<List<Tensor>>> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(batcher.submit(List.of(Gate.input(1, i)), LONG));
    }
    Thread closing = Thread.ofVirtual().start(batcher::close);
    gate.open();
    closing.join();
    for (int i = 0; i < 5; i++) {
      answers(all.get(i), Gate.input(1, i));
    }
    assertThatThrownBy(() -> batcher.submit(List.of(Gate.input(1, 0)), LONG))
        .isInstanceOf(RefusedException.class)
        .extracting(e -> ((RefusedException) e).reason())
        .isEqualTo(Reason.CLOSED);
  }

  /** What is being computed is answered, what waits is not computed any more. */
  @Test
  void mayEndWithoutComputingWhatWaits() throws Exception {
    gate.close();
    Batcher batcher = Batcher.of(gate.model().withEngine(one), Batching.usual().maxBatch(2));
    CompletableFuture<List<Tensor>> first = batcher.submit(List.of(Gate.input(1, 0)), LONG);
    gate.await();
    CompletableFuture<List<Tensor>> second = batcher.submit(List.of(Gate.input(5, 0)), LONG);
    Thread closing = Thread.startVirtualThread(batcher::closeNow);
    refused(second, Reason.CLOSED); // though the first is not done yet
    assertThat(batcher.waiting()).isZero();
    gate.open();
    closing.join();
    answers(first, Gate.input(1, 0));
    assertThat(gate.batches()).containsExactly(1);
  }

  @Test
  void aFailureIsAnsweredAndTheNextRequestComputed() {
    try (Batcher batcher = batcher(Batching.usual())) {
      gate.broken(true);
      CompletableFuture<List<Tensor>> failed = batcher.submit(List.of(Gate.input(1, 0)), LONG);
      assertThatThrownBy(failed::get)
          .isInstanceOf(ExecutionException.class)
          .rootCause()
          .hasMessage("broken on purpose");
      gate.broken(false);
      answers(batcher.submit(List.of(Gate.input(1, 4)), LONG), Gate.input(1, 4));
    }
  }

  /** Requests of other clients in the same batch are none the worse for it. */
  @Test
  void valuesForWhichTheNetworkFailsFailTheirOwnRequest() {
    gate.refuse(500);
    gate.close();
    try (Batcher batcher = Batcher.of(gate.model().withEngine(one), Batching.usual().maxBatch(8))) {
      CompletableFuture<List<Tensor>> first = batcher.submit(List.of(Gate.input(1, 0)), LONG);
      gate.await();
      CompletableFuture<List<Tensor>> before = batcher.submit(List.of(Gate.input(3, 10)), LONG);
      CompletableFuture<List<Tensor>> bad = batcher.submit(List.of(Gate.input(1, 499)), LONG);
      CompletableFuture<List<Tensor>> after = batcher.submit(List.of(Gate.input(4, 20)), LONG);
      gate.open();
      answers(first, Gate.input(1, 0));
      answers(before, Gate.input(3, 10));
      answers(after, Gate.input(4, 20));
      assertThatThrownBy(bad::join).hasRootCauseMessage("no place 500.0");
    }
    assertThat(gate.batches()).containsExactly(1, 8, 4, 2, 2, 1, 1, 4);
  }

  /** Of 8 requests one is bad: a half of 4, of 2 and of 1 fails beside one that does not. */
  @Test
  void aBadRequestCostsFewComputations() {
    gate.refuse(500);
    gate.close();
    try (Batcher batcher = Batcher.of(gate.model().withEngine(one), Batching.usual().maxBatch(8))) {
      List<CompletableFuture<List<Tensor>>> all = new ArrayList<>();
      all.add(batcher.submit(List.of(Gate.input(1, 0)), LONG));
      gate.await();
      for (int i = 1; i <= 8; i++) {
        all.add(batcher.submit(List.of(Gate.input(1, i == 6 ? 500 : 10 * i)), LONG));
      }
      gate.open();
      for (int i = 1; i <= 8; i++) {
        if (i != 6) {
          answers(all.get(i), Gate.input(1, 10 * i));
        }
      }
      assertThatThrownBy(all.get(6)::join).hasRootCauseMessage("no place 500.0");
    }
    assertThat(gate.batches()).containsExactly(1, 8, 4, 4, 2, 1, 1, 2);
  }

  /** What has become late while its batch failed is refused, not computed once more. */
  @Test
  void whatIsLateIsNotComputedOnceMore() throws Exception {
    gate.refuse(500);
    gate.close();
    Duration soon = Duration.ofSeconds(1);
    try (Batcher batcher = Batcher.of(gate.model().withEngine(one), Batching.usual().maxBatch(4))) {
      CompletableFuture<List<Tensor>> first = batcher.submit(List.of(Gate.input(1, 0)), LONG);
      gate.await();
      CompletableFuture<List<Tensor>> bad = batcher.submit(List.of(Gate.input(1, 500)), LONG);
      CompletableFuture<List<Tensor>> good = batcher.submit(List.of(Gate.input(1, 10)), LONG);
      CompletableFuture<List<Tensor>> late = batcher.submit(List.of(Gate.input(2, 20)), soon);
      gate.let(1);
      gate.await();
      Thread.sleep(soon);
      gate.open();
      answers(first, Gate.input(1, 0));
      answers(good, Gate.input(1, 10));
      refused(late, Reason.DEADLINE);
      assertThatThrownBy(bad::join).hasRootCauseMessage("no place 500.0");
    }
    assertThat(gate.batches()).containsExactly(1, 4, 2, 1, 1);
  }

  /** What a batch has handed out is not handed out again: that would count twice. */
  @Test
  void whatFailsAfterTheComputationIsNotComputedAgain() {
    gate.close();
    BatchObserver wrong =
        (samples, waited, computed) -> {
          if (samples == 4) {
            throw new IllegalStateException("told on purpose");
          }
        };
    try (Batcher batcher =
        Batcher.of(gate.model().withEngine(one), Batching.usual().maxBatch(4), wrong)) {
      CompletableFuture<List<Tensor>> first = batcher.submit(List.of(Gate.input(1, 0)), LONG);
      gate.await();
      CompletableFuture<List<Tensor>> whole = batcher.submit(List.of(Gate.input(2, 10)), LONG);
      CompletableFuture<List<Tensor>> split = batcher.submit(List.of(Gate.input(4, 20)), LONG);
      gate.open();
      answers(first, Gate.input(1, 0));
      answers(whole, Gate.input(2, 10));
      assertThatThrownBy(split::join).hasRootCauseMessage("told on purpose");
    }
    assertThat(gate.batches()).startsWith(1, 4).hasSizeLessThan(4);
  }

  /** No fault of who asks: he must not be told so. */
  @Test
  void errorsOfTheMachineAreNoneOfTheRequest() {
    try (Batcher batcher = batcher(Batching.usual())) {
      Error full = new OutOfMemoryError("full on purpose");
      gate.broken(full);
      assertThatThrownBy(() -> batcher.run(List.of(Gate.input(1, 0)), LONG)).isSameAs(full);
      gate.broken(new AssertionError("wrong on purpose"));
      assertThatThrownBy(() -> batcher.run(List.of(Gate.input(1, 0)), LONG))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageContaining("wrong on purpose");
    }
  }

  /** Warms a batcher up until it knows, on a busy machine too, that the gate is passed fast. */
  private void warmUp(Batcher batcher) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!batcher.isQuick() && System.nanoTime() < end) {
      batcher.warmUp(Duration.ZERO);
    }
    gate.forget();
  }

  /** An answer that nobody wants any more is not computed, not even by who asks. */
  @Test
  void whatIsLateAtOnceIsNotComputed() {
    try (Batcher batcher = Batcher.of(gate.model(), Batching.usual())) {
      warmUp(batcher);
      List<Tensor> inputs = List.of(Gate.input(1, 0));
      assertThatThrownBy(() -> batcher.run(inputs, Duration.ZERO))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DEADLINE));
      refused(batcher.runOrSubmit(inputs, Duration.ZERO, true), Reason.DEADLINE);
      assertThat(gate.batches()).isEmpty();
    }
  }

  /**
   * Who may wait computes what meets nobody, quick or not; who may not hands over what may take
   * long.
   */
  @Test
  void whoMayWaitComputesWhatIsAlone() {
    assumeThat(Runtime.getRuntime().availableProcessors()).as("processors").isGreaterThan(1);
    String own = Thread.currentThread().getName();
    try (Batcher batcher = batcher(Batching.usual())) {
      Tensor input = Gate.input(1, 4);
      assertThat(batcher.run(List.of(input), LONG).get(0).data())
          .containsExactly(Gate.expected(input));
      assertThat(gate.threads()).containsExactly(own);
      answers(batcher.runOrSubmit(List.of(input), LONG, true), input);
      assertThat(gate.threads()).hasSize(2).last().isNotEqualTo(own);
    }
  }

  /** Two samples of 50 ms keep a thread busy for the 100 ms that one may be; three do not. */
  @Test
  void whatIsBriefTakesATenthOfASecond() {
    SampleTime time = new SampleTime(50_000_000, Optional.empty());
    assertThat(time.isBrief(2)).isTrue();
    assertThat(time.isBrief(3)).isFalse();
    assertThat(SampleTime.UNKNOWN.isBrief(1)).isFalse();
  }

  /** For 3 samples no program was compiled by warming up, for 2 and 1 there was. */
  @Test
  void whatIsComputedAtOnceHasAWarmSize() {
    try (Batcher batcher = Batcher.of(gate.model(), Batching.usual())) {
      warmUp(batcher);
      Tensor input = Gate.input(3, 0);
      Tensor output = batcher.run(List.of(input), LONG).get(0);
      assertThat(output.data()).containsExactly(Gate.expected(input));
      assertThat(gate.batches()).containsExactly(2, 1);
    }
  }

  /**
   * A model that does without the engine's threads is computed by all who ask, up to processors.
   */
  @Test
  void quickRequestsAreComputedBesideEachOther() {
    assumeThat(Runtime.getRuntime().availableProcessors()).as("processors").isGreaterThan(1);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    try (Batcher batcher = Batcher.of(gate.model(), Batching.usual())) {
      boolean beside = false;
      while (!beside) { // on a busy machine it may seem to be faster with the engine's threads
        assertThat(System.nanoTime()).isLessThan(end);
        warmUp(batcher);
        gate.close();
        CompletableFuture<List<Tensor>> first = asked(batcher, 3);
        gate.await();
        CompletableFuture<List<Tensor>> second = asked(batcher, 7);
        while (!beside && batcher.waiting() == 0 && System.nanoTime() < end) {
          Thread.onSpinWait();
          beside = gate.isReached();
        }
        gate.open();
        answers(first, Gate.input(1, 3));
        answers(second, Gate.input(1, 7));
      }
    }
  }

  private static CompletableFuture<List<Tensor>> asked(Batcher batcher, float first) {
    return CompletableFuture.supplyAsync(
        () -> batcher.run(List.of(Gate.input(1, first)), LONG), Thread::startVirtualThread);
  }

  @Test
  void errorsOfWhoComputesHimselfAreToldAlike() {
    try (Batcher batcher = Batcher.of(gate.model(), Batching.usual())) {
      warmUp(batcher);
      gate.broken(new AssertionError("wrong on purpose"));
      assertThatThrownBy(() -> batcher.run(List.of(Gate.input(1, 0)), LONG))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageContaining("wrong on purpose")
          .hasStackTraceContaining("runAtOnce");
    }
  }

  /** Who asks computes himself; what comes meanwhile waits for him, and closing does, too. */
  @Test
  void aRequestThatMeetsNobodyIsNotHandedOver() throws Exception {
    Batcher batcher = Batcher.of(gate.model().withEngine(one), Batching.usual());
    warmUp(batcher);
    gate.close();
    CompletableFuture<List<Tensor>> first = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .name("asking")
            .start(() -> first.complete(batcher.run(List.of(Gate.input(1, 3)), LONG)));
    gate.await();
    CompletableFuture<List<Tensor>> second = batcher.submit(List.of(Gate.input(2, 5)), LONG);
    Thread closing = Thread.startVirtualThread(batcher::close);
    assertThat(batcher.waiting()).isEqualTo(2);
    gate.open();
    asking.join();
    closing.join();
    assertThat(gate.threads().getFirst()).isEqualTo("asking");
    answers(first, Gate.input(1, 3));
    answers(second, Gate.input(2, 5));
  }

  /** Who asks without waiting computes himself, or gets an answer later, or is refused in time. */
  @Test
  void asksWithoutWaiting() throws Exception {
    Batcher batcher = Batcher.of(gate.model().withEngine(one), Batching.usual());
    warmUp(batcher);
    gate.close();
    CompletableFuture<List<Tensor>> first = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .name("asking")
            .start(() ->
                first.complete(
                    batcher.runOrSubmit(List.of(Gate.input(1, 3)), LONG, false).getNow(List.of())));
    gate.await();
    CompletableFuture<List<Tensor>> second =
        batcher.runOrSubmit(List.of(Gate.input(2, 5)), LONG, false);
    refused(
        batcher.runOrSubmit(List.of(Gate.input(1, 0)), Duration.ofMillis(1), false),
        Reason.DEADLINE);
    assertThat(second).isNotDone();
    gate.open();
    asking.join();
    answers(first, Gate.input(1, 3));
    answers(second, Gate.input(2, 5));
    assertThat(gate.threads().getFirst()).isEqualTo("asking");
    batcher.close();
    refused(batcher.runOrSubmit(List.of(Gate.input(1, 0)), LONG, false), Reason.CLOSED);
  }

  /** Two samples may take twice as long as a quick model's one: who must not wait leaves them. */
  @Test
  void severalSamplesAreHandedOverByWhoDoesNotWait() {
    String own = Thread.currentThread().getName();
    try (Batcher batcher = Batcher.of(gate.model().withEngine(one), Batching.usual())) {
      warmUp(batcher);
      answers(batcher.runOrSubmit(List.of(Gate.input(2, 5)), LONG, true), Gate.input(2, 5));
      assertThat(gate.threads()).containsExactly(own);
      answers(batcher.runOrSubmit(List.of(Gate.input(2, 5)), LONG, false), Gate.input(2, 5));
      assertThat(gate.threads()).hasSize(2).last().isNotEqualTo(own);
    }
  }

  private static void refused(CompletableFuture<List<Tensor>> answer, Reason reason) {
    assertThatThrownBy(answer::join)
        .cause()
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void refusesOtherShapes() {
    try (Batcher batcher = batcher(Batching.usual().maxQueue(16))) {
      assertThatThrownBy(() -> batcher.submit(List.of(Tensor.zeros(Shape.of(1, 4))), LONG))
          .isInstanceOf(FoveaException.class)
          .hasMessage("batcher: needs inputs [[N,3]] with N ≥ 1, the same for all, got [[1,4]]");
      assertThatThrownBy(() -> batcher.submit(List.of(Gate.input(17, 0)), LONG))
          .hasMessage("batcher: a request of 17 samples, at most 16 can wait");
    }
  }

  @Test
  void checksItsSettings() {
    assertThatThrownBy(() -> Batching.usual().maxBatch(0))
        .hasMessage("batching: maxBatch must be from 1 to 1024, got 0");
    assertThatThrownBy(() -> Batching.usual().maxQueue(15))
        .hasMessage("batching: maxQueue must be at least maxBatch, which is 16, got 15");
    assertThatThrownBy(() -> Batching.usual().maxDelay(Duration.ofSeconds(11)))
        .hasMessage("batching: maxDelay must be from 0 to 10 s, got PT11S");
    assertThat(Batching.usual().maxBatch(12).sizes()).containsExactly(1, 2, 4, 8, 12);
    assertThat(Batching.usual().maxBatch(12).largestSize(11)).isEqualTo(8);
    assertThat(Batching.usual().maxBatch(12).largestSize(13)).isEqualTo(12);
  }
}
