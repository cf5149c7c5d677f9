package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class DatasetTest {
  private static final Seed SEED = Seed.of(3);

  private static float[] input(Dataset d, int index) {
    float[] in = new float[d.inputShape().elements()];
    d.read(index, SEED, in, 0, new float[1], 0);
    return in;
  }

  @Test
  void subsetsTakeAndSplit() {
    Dataset d = new Numbers(10);
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
    assertThatThrownBy(() -> new DataSplit(new Numbers(3), Digits.load(SEED, 1, 1).test()))
        .hasMessage(
            "train and test samples differ in kind: inputs [2] and [28,28,1], "
                + "targets [] and [], 3 and 10 classes");
  }

  @Test
  void augmentsOneAfterAnotherFromTheSampleSeed() {
    Transform draw = (s, offset, shape, rng) -> s[offset + 1] = rng.nextFloat();
    Dataset once = new Numbers(4).augment(draw);
    assertThat(input(once, 1)[1]).isEqualTo(SEED.split("transform").rng().nextFloat());
    Dataset twice = once.augment((s, offset, shape, rng) -> s[offset] = 2 * s[offset]);
    assertThat(input(twice, 3)[0]).isEqualTo(6);
    Transform both = draw.then((s, offset, shape, rng) -> s[offset] = s[offset + 1]);
    float[] in = input(new Numbers(4).augment(both), 2);
    assertThat(in[0]).isEqualTo(in[1]);
    DataSplit split = new DataSplit(new Numbers(4), new Numbers(4)).augmentTrain(both);
    assertThat(input(split.test(), 2)[0]).isEqualTo(2);
    assertThat(input(split.train(), 2)[0]).isEqualTo(in[0]);
  }

  @Test
  void horizontalFlipMirrorsHalfOfThePictures() {
    int flipped = 0;
    for (int i = 0; i < 1000; i++) {
      float[] picture = {9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
      Augmentations.horizontalFlip().apply(picture, 1, Shape.of(2, 3, 2), SEED.split(i).rng());
      if (picture[1] == 5) {
        flipped++;
        assertThat(picture).containsExactly(9, 5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8);
      } else {
        assertThat(picture).containsExactly(9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
      }
    }
    assertThat(flipped).isBetween(430, 570);
  }

  /** Every move of a 4×3 picture against a copy pixel by pixel. */
  @Test
  void shiftMovesAndFills() {
    Shape shape = Shape.of(4, 3, 2);
    for (int i = 0; i < 500; i++) {
      float[] original = new float[24];
      for (int k = 0; k < 24; k++) {
        original[k] = k + 1;
      }
      float[] moved = original.clone();
      Augmentations.shift(5, -7).apply(moved, 0, shape, SEED.split(i).rng());
      Rng rng = SEED.split(i).rng();
      int down = rng.nextInt(11) - 5;
      int right = rng.nextInt(11) - 5;
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 3; x++) {
          boolean inside = y - down >= 0 && y - down < 4 && x - right >= 0 && x - right < 3;
          for (int c = 0; c < 2; c++) {
            float expected = inside ? original[((y - down) * 3 + x - right) * 2 + c] : -7;
            assertThat(moved[(y * 3 + x) * 2 + c]).isEqualTo(expected);
          }
        }
      }
    }
    assertThatThrownBy(() -> Augmentations.shift(-1, 0))
        .hasMessage("shift by -1 pixels: 0 or more expected");
  }

  @Test
  void picturesInMemoryAreNormalised() {
    Preprocessing p =
        Preprocessing.scaled(Shape.of(1, 2, 2))
            .withMeanAndStd(List.of(0.5f, 0f), List.of(0.5f, 2f));
    byte[] pixels = {0, (byte) 255, (byte) 255, 0, 51, 51, 102, 102};
    InMemoryImages d = new InMemoryImages(p, pixels, new int[] {0, 1}, List.of("x", "y"));
    assertThat(input(d, 0)).containsExactly(-1, 0.5f, 1, 0);
    float[] in = new float[5];
    float[] target = new float[3];
    d.read(1, SEED, in, 1, target, 2);
    assertThat(target).containsExactly(0, 0, 1);
    for (int i = 0; i < 4; i++) {
      assertThat(in[1 + i]).isEqualTo(p.normalize(i < 2 ? 51 : 102, i % 2));
      assertThat(p.denormalize(in[1 + i], i % 2)).isCloseTo(i < 2 ? 51 : 102, Offset.offset(1e-4f));
    }
    float[] values = {8, 0, 255, 255, 0};
    p.normalize(values, 1, 4);
    assertThat(values).containsExactly(8, -1, 0.5f, 1, 0);
    assertThat(d.picture(1)).containsExactly(51, 51, 102, 102);
    assertThat(d.label(1)).isEqualTo(1);
    assertThatThrownBy(() -> new InMemoryImages(p, pixels, new int[] {0, 2}, d.classes()))
        .hasMessage("label 2 of picture 1: the classes are 0 to 1");
    assertThatThrownBy(() -> new InMemoryImages(p, pixels, new int[1], d.classes()))
        .hasMessage("1 labels need 4 pixel values of pictures 1×2×2, got 8");
  }
}
