package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class DigitsTest {
  private static InMemoryImages images(Dataset d) {
    return (InMemoryImages) d;
  }

  @Test
  void sizesClassesAndBalance() {
    DataSplit digits = Digits.load();
    assertThat(digits.train().size()).isEqualTo(10_000);
    assertThat(digits.test().size()).isEqualTo(2_000);
    assertThat(digits.train().inputShape()).isEqualTo(Shape.of(28, 28, 1));
    assertThat(digits.train().classes()).hasSize(10).startsWith("0", "1");
    int[] counts = new int[10];
    for (int i = 0; i < 2_000; i++) {
      counts[images(digits.test()).label(i)]++;
    }
    assertThat(counts).containsOnly(200);
    assertThatThrownBy(() -> Digits.load(Seed.of(1), 0, 5)).isInstanceOf(FoveaException.class);
  }

  /** A sample depends on the seed and its number alone. */
  @Test
  void aSampleIsTheSameAlone() {
    InMemoryImages small = images(Digits.load(Seed.of(5), 50, 20).train());
    InMemoryImages large = images(Digits.load(Seed.of(5), 300, 20).train());
    Seed train = Seed.of(5).split("train");
    for (int i = 0; i < 50; i++) {
      assertThat(small.picture(i).data()).isEqualTo(large.picture(i).data());
      assertThat(small.label(i)).isEqualTo(large.label(i)).isEqualTo(Digits.label(train, i));
      assertThat(Digits.draw(small.label(i), train.split(i))).isEqualTo(bytes(small, i));
    }
    assertThat(images(Digits.load(Seed.of(6), 50, 20).train()).picture(0).data())
        .isNotEqualTo(small.picture(0).data());
  }

  private static byte[] bytes(InMemoryImages images, int i) {
    float[] values = images.picture(i).data();
    byte[] bytes = new byte[values.length];
    for (int k = 0; k < bytes.length; k++) {
      bytes[k] = (byte) values[k];
    }
    return bytes;
  }

  /** The bits of the default data set, for every machine and for ever. */
  @Test
  void theBitsNeverChange() {
    CRC32 crc = new CRC32();
    InMemoryImages train = images(Digits.load().train());
    for (int i = 0; i < train.size(); i++) {
      crc.update(train.label(i));
      crc.update(bytes(train, i));
    }
    assertThat(crc.getValue()).isEqualTo(836238229L);
  }

  @Test
  void everyFormLeavesInkInsideThePicture() {
    for (int digit = 0; digit < 10; digit++) {
      for (int form = 0; form < DigitStrokes.forms(digit); form++) {
        for (double[] stroke : DigitStrokes.strokes(digit, form)) {
          assertThat(stroke.length % 2).isZero();
          assertThat(stroke.length).isGreaterThanOrEqualTo(4);
          assertThat(Arrays.stream(stroke).allMatch(v -> v >= 10 && v <= 92)).isTrue();
        }
      }
    }
    for (int i = 0; i < 1000; i++) {
      byte[] picture = Digits.draw(i % 10, Seed.of(77).split(i));
      int bright = 0;
      for (byte b : picture) {
        bright += (b & 0xFF) > 80 ? 1 : 0;
      }
      assertThat(bright).isBetween(8, 400);
    }
  }

  /**
   * Softmax regression by stochastic gradient descent, 12 passes with a falling learning rate,
   * learns far better than guessing but stays under 95 % on the test samples.
   */
  @Test
  void aLinearClassifierStaysUnder95Percent() {
    DataSplit digits = Digits.load();
    LinearClassifier linear = new LinearClassifier(images(digits.train()));
    for (int pass = 0; pass < 12; pass++) {
      linear.pass(0.003f * (1 - pass / 12f), Seed.of(pass).rng());
    }
    double accuracy = linear.accuracy(images(digits.test()));
    System.out.printf("linear classifier on digits: %.2f %% of the test samples%n", 100 * accuracy);
    assertThat(accuracy).isBetween(0.60, 0.95);
  }

  /** Logits z = W x + b, loss −log softmax(z)[label]. */
  private static final class LinearClassifier {
    private final InMemoryImages train;
    private float[] x = new float[784];
    private int label;
    private final float[][] w = new float[10][785];
    private final double[] z = new double[10];

    LinearClassifier(InMemoryImages train) {
      this.train = train;
    }

    void pass(float rate, Rng rng) {
      for (int i : rng.permutation(train.size())) {
        logits(train, i);
        double sum = 0;
        for (double v : z) {
          sum += Math.exp(v);
        }
        for (int k = 0; k < 10; k++) {
          float step = (float) (rate * (Math.exp(z[k]) / sum - (k == label ? 1 : 0)));
          for (int j = 0; j < 784; j++) {
            w[k][j] -= step * x[j];
          }
          w[k][784] -= step;
        }
      }
    }

    private void logits(InMemoryImages images, int i) {
      x = images.input(i, Seed.of(0)).data();
      label = images.label(i);
      for (int k = 0; k < 10; k++) {
        float s = w[k][784];
        for (int j = 0; j < 784; j++) {
          s += w[k][j] * x[j];
        }
        z[k] = s;
      }
    }

    double accuracy(InMemoryImages test) {
      int right = 0;
      for (int i = 0; i < test.size(); i++) {
        logits(test, i);
        int best = 0;
        for (int k = 1; k < 10; k++) {
          best = z[k] > z[best] ? k : best;
        }
        right += best == label ? 1 : 0;
      }
      return right / (double) test.size();
    }
  }
}
