package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("it counts the threads that load samples")
final class BatchesTest {
  private static final Seed EPOCH = Seed.of(7).split("epoch").split(3);

  private static List<Float> inputs(Batches batches, int firstBatch) {
    return inputs(batches, firstBatch, batches.count());
  }

  private static List<Float> inputs(Batches batches, int firstBatch, int endBatch) {
    List<Float> all = new ArrayList<>();
    try (BatchStream stream = batches.open(EPOCH, firstBatch, endBatch)) {
      for (Batch b = stream.next(); b != null; b = stream.next()) {
        assertThat(b.input().shape()).isEqualTo(Shape.of(b.size(), 2));
        assertThat(b.target().shape()).isEqualTo(Shape.of(b.size()));
        for (float v : b.input().data()) {
          all.add(v);
        }
      }
    }
    return all;
  }

  @Test
  void theExampleOfTheDesignCompiles() {
    DataSplit mnist = Digits.load(Seed.of(1), 300, 10);
    assertThat(mnist.train().shuffled().batches(128).count()).isEqualTo(3);
    assertThat(mnist.test().size()).isEqualTo(10);
  }

  @Test
  void inOrderAndWithThePartialBatch() {
    Batches batches = new NumberedSamples(10).batches(4);
    assertThat(batches.count()).isEqualTo(3);
    try (BatchStream stream = batches.open(EPOCH)) {
      for (int i = 0; i < 3; i++) {
        Batch b = Objects.requireNonNull(stream.next());
        assertThat(b.index()).isEqualTo(i);
        assertThat(b.size()).isEqualTo(i < 2 ? 4 : 2);
        for (int k = 0; k < b.size(); k++) {
          assertThat(b.input().get(k, 0)).isEqualTo(4 * i + k);
          assertThat(b.target().get(k)).isEqualTo((4 * i + k) % 3);
        }
      }
      assertThat(stream.next()).isNull();
      assertThat(stream.next()).isNull();
    }
  }

  @Test
  void dropLastLeavesThePartialBatchOut() {
    assertThat(new NumberedSamples(10).batches(4).withDropLast(true).count()).isEqualTo(2);
    assertThat(inputs(new NumberedSamples(10).batches(4).withDropLast(true), 0)).hasSize(16);
    assertThat(new NumberedSamples(8).batches(4).count()).isEqualTo(2);
  }

  @Test
  void someBatchesAreThoseOfTheWholeEpoch() {
    Batches batches = new NumberedSamples(10).shuffled().batches(3);
    List<Float> all = inputs(batches, 0);
    assertThat(inputs(batches, 1, 3)).isEqualTo(all.subList(6, 18));
    assertThat(inputs(batches, 3, 4)).isEqualTo(all.subList(18, 20));
    assertThat(inputs(batches, 2, 2)).isEmpty();
  }

  /** Order and randomness are those that the documentation promises. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void theNumberOfThreadsChangesNothing(int threads) {
    int[] order = EPOCH.split("order").rng().permutation(103);
    List<Float> expected = new ArrayList<>();
    for (int i : order) {
      expected.add((float) i);
      expected.add(EPOCH.split("sample").split(i).rng().nextFloat());
    }
    Batches batches = new NumberedSamples(103).shuffled().batches(10).withThreads(threads);
    assertThat(inputs(batches, 0)).isEqualTo(expected);
  }

  @Test
  void resumingInTheMiddleGivesTheRest() {
    Batches batches = new NumberedSamples(57).shuffled().batches(5);
    List<Float> whole = inputs(batches, 0);
    for (int first = 0; first <= batches.count(); first++) {
      assertThat(inputs(batches, first))
          .isEqualTo(whole.subList(Math.min(whole.size(), first * 10), whole.size()));
    }
  }

  @Test
  void epochsDiffer() {
    Batches batches = new NumberedSamples(50).shuffled().batches(50);
    List<Float> one = inputs(batches, 0);
    try (BatchStream stream = batches.open(Seed.of(99))) {
      Batch b = Objects.requireNonNull(stream.next());
      assertThat(b.input().get(0, 1)).isNotEqualTo(one.get(1));
    }
  }

  @Test
  void fewBuffersServeManyBatches() {
    Set<float[]> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    try (BatchStream stream = new NumberedSamples(1000).batches(10).open(EPOCH)) {
      for (Batch b = stream.next(); b != null; b = stream.next()) {
        buffers.add(b.input().data());
      }
    }
    assertThat(buffers).hasSize(4);
  }

  /** A full batch of this size would be 16 GB. */
  @Test
  void buffersAreNotLargerThanTheDataSet() {
    assertThat(inputs(new NumberedSamples(3).batches(Integer.MAX_VALUE), 0)).hasSize(6);
  }

  @Test
  void aBatchIsNotOverwrittenBeforeTheNextCall() throws InterruptedException {
    try (BatchStream stream = new NumberedSamples(1000).batches(1).withThreads(3).open(EPOCH)) {
      for (int i = 0; i < 30; i++) {
        Batch b = Objects.requireNonNull(stream.next());
        awaitIdleLoaders(); // they have read as far ahead as they may
        assertThat(b.input().get(0, 0)).isEqualTo(i);
      }
    }
  }

  @Test
  void whatALoaderThrowsArrivesAtItsBatch() {
    Dataset broken =
        new NumberedSamples(40)
            .augment((sample, rng) -> {
              if (sample.picture().get(0) == 17) {
                throw new FoveaException("picture 17 is damaged");
              }
              return sample;
            });
    try (BatchStream stream = broken.batches(10).open(EPOCH)) {
      assertThat(stream.next()).isNotNull();
      assertThatThrownBy(stream::next).hasMessage("picture 17 is damaged");
      assertThatThrownBy(stream::next).hasMessage("the stream of batches is closed");
    }
    assertThat(loaders()).isEmpty();
  }

  @Test
  void closingStopsTheThreads() {
    try (BatchStream stream = new NumberedSamples(100_000).batches(10).withThreads(4).open(EPOCH)) {
      assertThat(stream.next()).isNotNull();
      assertThat(loaders()).isNotEmpty().allMatch(Thread::isDaemon);
    }
    assertThat(loaders()).isEmpty();
  }

  private static void awaitIdleLoaders() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (loaders().stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
      assertThat(System.nanoTime() - end).as("loaders still read").isNegative();
      Thread.sleep(1);
    }
  }

  private static List<Thread> loaders() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("fovea-loader-"))
        .toList();
  }

  @Test
  void impossibleBatchesAreRefused() {
    assertThatThrownBy(() -> new NumberedSamples(0).batches(4))
        .hasMessage("the data set has no samples");
    assertThatThrownBy(() -> new NumberedSamples(4).batches(0))
        .hasMessage("batch size 0: 1 or more expected");
    assertThatThrownBy(() -> new NumberedSamples(4).batches(5).withDropLast(true))
        .hasMessage("batch size 5 without partial batches: the data set has only 4 samples");
    assertThatThrownBy(() -> new NumberedSamples(4).batches(2).withThreads(0))
        .hasMessage("0 loader threads: 1 or more expected");
    assertThatThrownBy(() -> new NumberedSamples(4).batches(2).open(EPOCH, 3))
        .isInstanceOf(FoveaException.class)
        .hasMessage("batch 3 of an epoch that has batches 0 to 1");
    for (int end : new int[] {0, 3}) {
      assertThatThrownBy(() -> new NumberedSamples(4).batches(2).open(EPOCH, 1, end))
          .isInstanceOf(FoveaException.class)
          .hasMessage("batches of an epoch from 1 up to " + end + ": an end from 1 to 2 expected");
    }
  }

  @Test
  void orderIsAPermutation() {
    assertThat(new NumberedSamples(20).shuffled().batches(3).order(EPOCH))
        .containsExactlyInAnyOrder(IntStream.range(0, 20).toArray())
        .isNotEqualTo(IntStream.range(0, 20).toArray());
  }
}
