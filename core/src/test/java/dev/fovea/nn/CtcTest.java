package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CTC against the sum over all ways, one by one, and its gradient against differences. */
final class CtcTest {
  private static final int STEPS = 5;
  private static final int CLASSES = 4;

  static Stream<int[]> labels() {
    return Stream.of(
        new int[] {},
        new int[] {2},
        new int[] {0, 1},
        new int[] {1, 1},
        new int[] {2, 0, 2},
        new int[] {0, 0, 0},
        new int[] {0, 1, 2, 0, 1});
  }

  private static float[] logits(long seed) {
    Rng rng = Seed.of(seed).rng();
    float[] logits = new float[STEPS * CLASSES];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = 2 * rng.nextGaussian(1);
    }
    return logits;
  }

  /** Returns −log of the sum over all 4⁵ ways that read as the labels. */
  private static double allWays(float[] logits, int... labels) {
    double sum = 0;
    for (int way = 0; way < Math.pow(CLASSES, STEPS); way++) {
      double p = 1;
      List<Integer> read = new ArrayList<>();
      int last = CLASSES - 1;
      int rest = way;
      for (int t = 0; t < STEPS; t++) {
        int c = rest % CLASSES;
        rest /= CLASSES;
        double all = 0;
        for (int k = 0; k < CLASSES; k++) {
          all += Math.exp(logits[t * CLASSES + k]);
        }
        p *= Math.exp(logits[t * CLASSES + c]) / all;
        if (c != last && c != CLASSES - 1) {
          read.add(c);
        }
        last = c;
      }
      sum += read.equals(list(labels)) ? p : 0;
    }
    return -Math.log(sum);
  }

  private static List<Integer> list(int... labels) {
    List<Integer> all = new ArrayList<>();
    for (int l : labels) {
      all.add(l);
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("labels")
  void isTheSumOverAllWays(int... labels) {
    float[] logits = logits(labels.length);
    assertThat(new CtcLattice(logits, STEPS, CLASSES, labels).loss())
        .isCloseTo(allWays(logits, labels), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("labels")
  void theGradientIsThatOfDifferences(int... labels) {
    float[] logits = logits(40 + labels.length);
    float[] gradient = new CtcLattice(logits, STEPS, CLASSES, labels).gradient();
    for (int i = 0; i < logits.length; i++) {
      float[] more = logits.clone();
      float[] less = logits.clone();
      more[i] += 1e-2f;
      less[i] -= 1e-2f;
      double step = (double) more[i] - less[i];
      double slope = (allWays(more, labels) - allWays(less, labels)) / step;
      assertThat((double) gradient[i]).isCloseTo(slope, within(1e-4));
    }
  }

  private static double loss(Tensor logits, Tensor labels) {
    Value output = Source.Input.sample(0, logits.shape());
    Value target = Source.Input.sample(1, labels.shape());
    Value loss = Losses.ctc(3).of(output, target);
    return new Eager(Engine.shared()).evaluate(loss, logits, labels).item();
  }

  @Test
  void theLossOfABatchIsTheMeanOverItsSamples() {
    float[] first = logits(1);
    float[] second = logits(2);
    Tensor both = Tensor.zeros(Shape.of(2, STEPS, CLASSES));
    System.arraycopy(first, 0, both.data(), 0, first.length);
    System.arraycopy(second, 0, both.data(), first.length, second.length);
    Tensor labels = Tensor.of(Shape.of(2, 3), 1, 1, -1, 2, -1, -1);
    assertThat(loss(both, labels))
        .isCloseTo((allWays(first, 1, 1) + allWays(second, 2)) / 2, within(1e-5));
  }

  @Test
  void whatCannotBeReadIsTold() {
    assertThatThrownBy(() -> new CtcLattice(logits(1), STEPS, CLASSES, new int[] {0, 0, 0, 1}))
        .isInstanceOf(FoveaException.class);
    Tensor logits = Tensor.zeros(Shape.of(1, 2, CLASSES));
    assertThatThrownBy(() -> loss(logits, Tensor.of(Shape.of(1, 3), 1, 1, -1)))
        .hasMessageContaining(
            "ctc: 2 labels need 3 steps with a blank between equal ones, the output has 2");
    assertThatThrownBy(() -> loss(logits, Tensor.of(Shape.of(1, 3), 3, -1, -1)))
        .hasMessageContaining("ctc: label 3; of 4 classes those below the last");
    assertThatThrownBy(() -> Losses.ctc(0))
        .hasMessage("ctc: sequences of 1 label or more expected, got 0");
  }
}
