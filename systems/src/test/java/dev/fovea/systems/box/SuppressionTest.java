package dev.fovea.systems.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Suppression against its definition, and what the reference cases do not hold. */
final class SuppressionTest {
  private static final BoxArray BOXES =
      BoxArray.of(0, 0, 10, 10, 0, 0, 10, 8, 0, 0, 10, 4, 20, 20, 30, 30);
  private static final float[] SCORES = {0.9f, 0.8f, 0.7f, 0.6f};

  /** Boxes of all sizes, many of them beside each other, some empty, some far away. */
  private static BoxArray random(Rng rng, int count, double spread) {
    double[] boxes = new double[4 * count];
    for (int i = 0; i < count; i++) {
      double side = Math.exp(rng.nextDouble() * 6 - 1);
      double w = i % 50 == 7 ? 0 : side;
      double h = side * Math.exp(rng.nextDouble() * 2 - 1);
      double x = i % 97 == 5 ? 1e9 : rng.nextDouble() * spread;
      double y = rng.nextDouble() * spread - spread / 2;
      boxes[4 * i] = x - w / 2;
      boxes[4 * i + 1] = y - h / 2;
      boxes[4 * i + 2] = x + w / 2;
      boxes[4 * i + 3] = y + h / 2;
    }
    return BoxArray.of(boxes);
  }

  @ParameterizedTest
  @CsvSource({"0, 300", "0.05, 300", "0.3, 100", "0.5, 200", "0.7, 40", "0.95, 10", "1, 10"})
  void keepsWhatTheDefinitionKeeps(double overlap, double spread) {
    Rng rng = new Rng(7);
    BoxArray boxes = random(rng, 700, spread);
    float[] scores = new float[boxes.size()];
    int[] classes = new int[boxes.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = rng.nextInt(200) / 200f - 0.5f;
      classes[i] = rng.nextInt(3);
    }
    Suppression each = Suppression.above(overlap);
    assertThat(each.keep(boxes, scores, classes))
        .containsExactly(plain(boxes, scores, classes, overlap));
    assertThat(each.steps(boxes, scores, classes).stream().filter(Suppression.Step::stays))
        .extracting(Suppression.Step::box)
        .containsExactly(
            IntStream.of(each.keep(boxes, scores, classes)).boxed().toArray(Integer[]::new));
    int[] one = new int[classes.length];
    assertThat(each.classAgnostic().keep(boxes, scores, classes))
        .containsExactly(plain(boxes, scores, one, overlap));
  }

  private static int[] plain(BoxArray boxes, float[] scores, int[] classes, double overlap) {
    List<Integer> kept = new ArrayList<>();
    for (int i : ScoreOrder.of(scores)) {
      boolean covered =
          kept.stream()
              .anyMatch(
                  k -> classes[k] == classes[i] && Overlap.IOU.of(boxes, k, boxes, i) > overlap);
      if (!covered) {
        kept.add(i);
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  /** IoU of the first two boxes: 80 / 100; of the first and the third: 40 / 100. */
  @Test
  void tellsWhichBoxSuppressesWhich() {
    assertThat(Suppression.above(0.5).steps(BOXES, SCORES, new int[4]))
        .containsExactly(
            new Suppression.Step(0, -1, 0),
            new Suppression.Step(1, 0, 0.8),
            new Suppression.Step(2, -1, 0.4),
            new Suppression.Step(3, -1, 0));
  }

  @Test
  void ordersScoresStablyWithWhatIsNoNumberLast() {
    float[] scores = {0f, Float.NaN, 1, -0f, -2, Float.POSITIVE_INFINITY, 1};
    assertThat(ScoreOrder.of(scores)).containsExactly(5, 2, 6, 0, 3, 4, 1);
  }

  @Test
  void boxesThatAreNoNumbersAndEndlessOnesEndNothing() {
    double huge = Double.POSITIVE_INFINITY;
    BoxArray boxes = BoxArray.of(Double.NaN, 0, 1, 1, -huge, -huge, huge, huge, 0, 0, 1e300, 1e300);
    assertThat(Suppression.above(0.5).keep(boxes, new float[] {3, 2, 1})).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {10, 1e8, 1e17})
  void aTinyBoxWithinAHugeOneOverlapsIt(double side) {
    BoxArray boxes = BoxArray.of(-side, -side, side, side, 0.25, 0.25, 1, 1);
    assertThat(Suppression.above(0).keep(boxes, new float[] {2, 1})).containsExactly(0);
    assertThat(Suppression.above(0).keep(boxes, new float[] {1, 2})).containsExactly(1);
  }

  /** IoUs with box 0 are 0.8 and 0.4, of boxes 1 and 2 0.5. */
  @Test
  void linearDecayTakesAwayTheOverlap() {
    SoftSuppression.Kept kept = SoftSuppression.linear(0.45).keep(BOXES, SCORES, new int[4]);
    // 0.7 stays beside box 0, and falls beside box 1 to 0.7 · 0.5 after that one's 0.8 · 0.2.
    assertThat(kept.boxes()).containsExactly(0, 2, 3, 1);
    assertThat(kept.scores()[1]).isEqualTo(0.7f);
    assertThat(kept.scores()[3]).isCloseTo(0.8f * 0.2f * 0.5f, within(1e-6f));
  }

  /** exp(−0.8²/0.5) = 0.278, exp(−0.4²/0.5) = 0.726, exp(−0.5²/0.5) = 0.607. */
  @Test
  void gaussianDecayIsOfTheSquare() {
    SoftSuppression.Kept kept = SoftSuppression.gaussian(0.5).keep(BOXES, SCORES, new int[4]);
    assertThat(kept.boxes()).containsExactly(0, 3, 2, 1);
    double third = 0.7 * Math.exp(-0.32);
    assertThat(kept.scores()[2]).isCloseTo((float) third, within(1e-6f));
    double fourth = 0.8 * Math.exp(-1.28) * Math.exp(-0.5);
    assertThat(kept.scores()[3]).isCloseTo((float) fourth, within(1e-6f));
  }

  @Test
  void softSuppressionLeavesOtherClassesAloneAndDropsWhatIsTooLow() {
    int[] classes = {0, 1, 0, 0};
    SoftSuppression soft = new SoftSuppression(SoftSuppression.Decay.LINEAR, 0.1, 0.5);
    SoftSuppression.Kept kept = soft.keep(BOXES, SCORES, classes);
    assertThat(kept.boxes()).containsExactly(0, 1, 3);
    assertThat(kept.scores()).containsExactly(0.9f, 0.8f, 0.6f);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> Suppression.above(1.5))
        .isInstanceOf(FoveaException.class)
        .hasMessage("suppression: the overlap must be in 0 … 1, got 1.5");
    assertThatThrownBy(() -> Suppression.above(0.5).keep(BOXES, new float[3]))
        .hasMessage("suppression: need one score and one class for each of 4 boxes, got 3 and 4");
  }
}
