package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Splits, weights, balance and cache of samples with class labels. */
final class ClassSamplingTest {
  /** 12 of class a, 6 of b, 2 of c, none of d; sample i is a picture of the value i. */
  private static InMemoryImages samples() {
    byte[] pixels = new byte[20];
    int[] labels = new int[20];
    for (int i = 0; i < 20; i++) {
      pixels[i] = (byte) i;
      labels[i] = i < 12 ? 0 : i < 18 ? 1 : 2;
    }
    return new InMemoryImages(
        Preprocessing.scaled(Shape.of(1, 1, 1)), pixels, labels, List.of("a", "b", "c", "d"));
  }

  private static int value(Dataset data, int i, Seed seed) {
    return Math.round(data.read(i, seed).picture().data()[0]);
  }

  @Test
  void countsThroughViews() {
    assertThat(ClassSampling.counts(samples())).containsExactly(12, 6, 2, 0);
    assertThat(ClassSampling.counts(samples().shuffled().subset(0, 13, 19, 1)))
        .containsExactly(2, 1, 1, 0);
    Augmentation none = (sample, rng) -> sample;
    assertThat(ClassSampling.labels(samples().augment(none).take(2))).containsExactly(0, 0);
  }

  /** n / (classes with samples · samples of the class): 20/(3·12), 20/(3·6), 20/(3·2). */
  @Test
  void weightsBalanceClassesAndAddUpToTheSamples() {
    float[] weights = ClassSampling.weights(samples());
    assertThat(weights).containsExactly(20f / 36, 20f / 18, 20f / 6, 0);
    assertThat(12 * weights[0] + 6 * weights[1] + 2 * weights[2]).isEqualTo(20f);
  }

  @Test
  void stratifiedSplitTakesTheSameShareOfEveryClass() {
    DataSplit split = ClassSampling.stratified(samples(), 0.75, Seed.of(3));
    assertThat(ClassSampling.counts(split.train())).containsExactly(9, 5, 1, 0);
    assertThat(ClassSampling.counts(split.test())).containsExactly(3, 1, 1, 0);
    boolean[] seen = new boolean[20];
    for (Dataset part : List.of(split.train(), split.test())) {
      for (int i = 0; i < part.size(); i++) {
        int v = value(part, i, Seed.of(0));
        assertThat(seen[v]).isFalse();
        seen[v] = true;
      }
    }
    DataSplit again = ClassSampling.stratified(samples(), 0.75, Seed.of(3));
    assertThat(value(again.test(), 0, Seed.of(0))).isEqualTo(value(split.test(), 0, Seed.of(0)));
    assertThatThrownBy(() -> ClassSampling.stratified(samples(), 1, Seed.of(3)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("a split needs a fraction between 0 and 1, got 1.0");
    assertThatThrownBy(() -> ClassSampling.stratified(samples().subset(0, 13), 0.5, Seed.of(3)))
        .hasMessage("a split needs a class of two samples, all classes have fewer");
  }

  @Test
  void balancedSamplesHaveEveryClassEquallyOftenAndDependOnTheSeedAlone() {
    Dataset balanced = ClassSampling.balanced(samples());
    int[] counts = new int[3];
    int different = 0;
    for (int i = 0; i < 18; i++) {
      int v = value(balanced, i, Seed.of(i));
      counts[v < 12 ? 0 : v < 18 ? 1 : 2]++;
      assertThat(value(balanced, i, Seed.of(i))).isEqualTo(v);
      different += value(balanced, i, Seed.of(i + 100)) == v ? 0 : 1;
    }
    assertThat(counts).containsExactly(6, 6, 6);
    assertThat(different).isPositive();
    assertThat(balanced.description()).isEqualTo("balanced classes");
  }

  @Test
  void labelsBecomeDistributions() {
    Dataset data = ClassSampling.distributions(samples().shuffled());
    assertThat(data.targetShapes()).containsExactly(Shape.of(4));
    assertThat(data.inRandomOrder()).isTrue();
    Mark.Numbers shares = data.read(13, Seed.of(0)).mark(Mark.Numbers.class).orElseThrow();
    assertThat(shares.values().data()).containsExactly(0, 1, 0, 0);
    assertThatThrownBy(() -> ClassSampling.distributions(data))
        .isInstanceOf(FoveaException.class)
        .hasMessage("samples with class labels expected, these have other targets");
  }

  @Test
  void labelsThatAreNoClassesAreToldByTheirSample() {
    assertThatThrownBy(() -> ClassSampling.labels(new Unlabelled(samples())))
        .isInstanceOf(FoveaException.class)
        .hasMessage("sample 7: label 255, the classes are 0 to 3");
  }

  /** 12, 6 and 2 samples dealt out to 2 parts; known labels are not read from pictures. */
  @Test
  void foldsTakeTheSameShareOfEveryClass() {
    for (DataSplit fold : Folds.stratified(samples().shuffled(), 2, Seed.of(1))) {
      assertThat(ClassSampling.counts(fold.test())).containsExactly(6, 3, 1, 0);
    }
    assertThatThrownBy(
            () -> Folds.stratified(ClassSampling.distributions(samples()), 2, Seed.of(1)))
        .hasMessage("samples with class labels expected, these have other targets");
  }

  /** Samples of which the eighth has no class. */
  private record Unlabelled(Dataset source) implements View {
    @Override
    public Sample read(int i, Seed seed) {
      return source.read(i, seed).with(List.of(new Mark.Label(i == 7 ? 255 : 0)));
    }
  }

  /** A source that counts how often it is read. */
  private record Counting(Dataset source, AtomicInteger reads) implements View {
    @Override
    public Sample read(int i, Seed seed) {
      reads.incrementAndGet();
      return source.read(i, seed);
    }
  }

  @Test
  void cachedSamplesAreReadOnce() {
    AtomicInteger reads = new AtomicInteger();
    Dataset cached = ClassSampling.cached(new Counting(samples(), reads));
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 20; i++) {
        assertThat(value(cached, i, Seed.of(round))).isEqualTo(i);
        assertThat(cached.read(i, Seed.of(round)).label()).isEqualTo(samples().label(i));
      }
    }
    assertThat(reads).hasValue(20);
    Augmentation none = (sample, rng) -> sample;
    assertThatThrownBy(() -> ClassSampling.cached(samples().augment(none.named("flip"))))
        .hasMessage(
            "cache: samples that are changed when they are read (flip); cache them before that");
  }

  @Test
  void onlyKeepsSomeClassesAndNumbersThemAnew() {
    Dataset some = ClassSampling.only(samples(), List.of("c", "a"));
    assertThat(some.classes()).containsExactly("c", "a");
    assertThat(ClassSampling.counts(some)).containsExactly(2, 12);
    assertThat(value(some, 12, Seed.of(0))).isEqualTo(18);
    assertThat(some.read(12, Seed.of(0)).label()).isZero();
    assertThatThrownBy(() -> ClassSampling.only(samples(), List.of("a", "zebra")))
        .isInstanceOf(FoveaException.class)
        .hasMessage("class \"zebra\": unknown; known: a, b, c, d");
    assertThatThrownBy(() -> ClassSampling.only(samples(), List.of("a", "a")))
        .hasMessage("classes [a, a]: two or more different ones expected");
  }

  @Test
  void firstOfEachTakesAsManyOfEveryClass() {
    Dataset some = ClassSampling.firstOfEach(samples(), 3);
    assertThat(ClassSampling.counts(some)).containsExactly(3, 3, 2, 0);
    assertThat(value(some, 3, Seed.of(0))).isEqualTo(12);
    assertThatThrownBy(() -> ClassSampling.firstOfEach(samples(), 0))
        .hasMessage("samples of each class: 1 or more expected, got 0");
  }
}
