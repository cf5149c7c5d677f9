package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class DatasetTest {
  private static final Seed SEED = Seed.of(3);

  private static float[] input(Dataset d, int index) {
    return d.input(index, SEED).data();
  }

  @Test
  void subsetsTakeAndSplit() {
    Dataset d = new NumberedSamples(10);
    assertThat(input(d.subset(7, 2, 7), 2)[0]).isEqualTo(7);
    assertThat(d.take(3).size()).isEqualTo(3);
    assertThat(d.take(30).size()).isEqualTo(10);
    assertThat(d.take(3).classes()).containsExactly("a", "b", "c");
    assertThat(d.shuffled().take(3).inRandomOrder()).isTrue();
    DataSplit split = d.split(0.8, SEED);
    assertThat(split.train().size()).isEqualTo(8);
    assertThat(split.test().size()).isEqualTo(2);
    Set<Float> all = new HashSet<>();
    for (int i = 0; i < 8; i++) {
      all.add(input(split.train(), i)[0]);
    }
    all.add(input(split.test(), 0)[0]);
    all.add(input(split.test(), 1)[0]);
    assertThat(all).hasSize(10);
    assertThat(d.split(0.999, SEED).test().size()).isEqualTo(1);
    assertThatThrownBy(() -> d.subset(10))
        .hasMessage("sample 10 chosen of a data set that has 0 to 9");
    assertThatThrownBy(() -> d.split(1, SEED)).isInstanceOf(FoveaException.class);
    assertThatThrownBy(() -> d.split(Double.NaN, SEED)).isInstanceOf(FoveaException.class);
  }

  @Test
  void trainAndTestAreOfOneKind() {
    assertThatThrownBy(() -> new DataSplit(new NumberedSamples(3), Digits.load(SEED, 1, 1).test()))
        .hasMessage(
            "train and test samples differ in kind: inputs [[2]] and [[28,28,1]], "
                + "targets [[]] and [[]], 3 and 10 classes");
  }

  /** Sets the second number to a random one. */
  private static Sample draw(Sample sample, Rng rng) {
    return sample.with(Tensor.of(Shape.of(2), sample.picture().get(0), rng.nextFloat()));
  }

  @Test
  void augmentsOneAfterAnotherFromTheSampleSeed() {
    Augmentation draw = DatasetTest::draw;
    Dataset once = new NumberedSamples(4).augment(draw);
    assertThat(input(once, 1)[1]).isEqualTo(SEED.split("transform").rng().nextFloat());
    Augmentation twofold =
        (s, rng) -> s.with(Tensor.of(Shape.of(2), 2 * s.picture().get(0), s.picture().get(1)));
    assertThat(input(once.augment(twofold), 3)[0]).isEqualTo(6);
    Augmentation both =
        draw.then(
            (s, rng) -> s.with(Tensor.of(Shape.of(2), s.picture().get(1), s.picture().get(1))));
    float[] in = input(new NumberedSamples(4).augment(both), 2);
    assertThat(in[0]).isEqualTo(in[1]);
    DataSplit split =
        new DataSplit(new NumberedSamples(4), new NumberedSamples(4)).augmentTrain(both);
    assertThat(input(split.test(), 2)[0]).isEqualTo(2);
    assertThat(input(split.train(), 2)[0]).isEqualTo(in[0]);
  }

  @Test
  void picturesInMemoryAreNormalised() {
    Preprocessing p =
        Preprocessing.scaled(Shape.of(1, 2, 2))
            .withMeanAndStd(List.of(0.5f, 0f), List.of(0.5f, 2f));
    byte[] pixels = {0, (byte) 255, (byte) 255, 0, 51, 51, 102, 102};
    InMemoryImages d = new InMemoryImages(p, pixels, new int[] {0, 1}, List.of("x", "y"));
    assertThat(input(d, 0)).containsExactly(-1, 0.5f, 1, 0);
    assertThat(d.read(1, SEED).label()).isEqualTo(1);
    assertThat(d.read(1, SEED).picture().data()).containsExactly(51, 51, 102, 102);
    float[] in = input(d, 1);
    for (int i = 0; i < 4; i++) {
      assertThat(in[i]).isEqualTo(p.normalize(i < 2 ? 51 : 102, i % 2));
      assertThat(p.denormalize(in[i], i % 2)).isCloseTo(i < 2 ? 51 : 102, Offset.offset(1e-4f));
    }
    Preprocessing plain = Preprocessing.scaled(Shape.of(1, 2, 2));
    assertThat(input(d.normalized(plain).shuffled(), 1)[0]).isEqualTo(51 * (1 / 255f));
    float[] values = {8, 0, 255, 255, 0};
    p.normalize(values, 1, 4);
    assertThat(values).containsExactly(8, -1, 0.5f, 1, 0);
    assertThat(d.label(1)).isEqualTo(1);
    assertThatThrownBy(() -> new InMemoryImages(p, pixels, new int[] {0, 2}, d.classes()))
        .hasMessage("label 2 of picture 1: the classes are 0 to 1");
    assertThatThrownBy(() -> new InMemoryImages(p, pixels, new int[1], d.classes()))
        .hasMessage("1 labels need 4 pixel values of pictures 1×2×2, got 8");
  }

  @Test
  void picturesBecomeBytes() {
    Preprocessing rule = Preprocessing.unscaled(Shape.of(1, 2, 1));
    List<Tensor> pictures =
        List.of(Tensor.of(Shape.of(1, 2, 1), 0.4f, 300), Tensor.of(Shape.of(1, 2, 1), 127.5f, -3));
    InMemoryImages d = InMemoryImages.of(rule, pictures, new int[] {1, 0}, List.of("x", "y"));
    assertThat(d.picture(0).data()).containsExactly(0, 255);
    assertThat(d.picture(1).data()).containsExactly(128, 0);
    assertThat(d.label(0)).isEqualTo(1);
    assertThatThrownBy(() ->
            InMemoryImages.of(
                rule, List.of(Tensor.zeros(Shape.of(2, 1, 1))), new int[1], List.of("x")))
        .hasMessage("picture 0 of shape [2,1,1]: [1,2,1] expected");
  }
}
