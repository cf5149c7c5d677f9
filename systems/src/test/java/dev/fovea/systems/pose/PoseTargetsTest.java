package dev.fovea.systems.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.systems.pose.HeatMaps.Centre;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What networks of key points learn of boxes and their points. */
final class PoseTargetsTest {
  private static final Size INPUT = new Size(64, 64);

  private static KeyPoint point(double x, double y, int kind) {
    return new KeyPoint(x, y, kind, Visibility.VISIBLE);
  }

  private static Tensor numbers(List<Mark> marks, int number) {
    return ((Mark.Numbers) marks.get(number)).values();
  }

  /** Where nobody has told persons apart, or marked their points, nothing is learned. */
  @Test
  void unmarkedPersonsDoNotCount() {
    Limbs limbs = new Limbs(List.of(new Bone(0, 1)));
    PoseTargets targets =
        PoseTargets.parts(
            new ConfidenceMaps(16, 16, 2, 1), new PartFields(16, 16, 1, limbs), INPUT, 10);
    List<Mark> marks =
        targets.of(
            List.of(
                new Box(0, 0, 8, 8, Mark.Boxes.IGNORED),
                new Box(32, 32, 40, 36, 6, List.of(point(0, 0, 0).with(Visibility.ABSENT))),
                new Box(16, 16, 32, 32, 0)));
    float[] weights = numbers(marks, 1).data();
    for (int i = 0; i < weights.length; i++) {
      int x = i % 16;
      int y = Math.floorDiv(i, 16);
      boolean crowd = x < 2 && y < 2;
      boolean unmarked = x >= 8 && x < 10 && y == 8;
      assertThat(weights[i]).isEqualTo(crowd || unmarked ? 0 : 1);
    }
  }

  /** A cell counts 1 + emphasis · exp(−d² / 2σ²), where that is at least 0.01. */
  @Test
  void cellsNearPointsCountMore() {
    Limbs limbs = new Limbs(List.of(new Bone(0, 1)));
    PoseTargets targets =
        PoseTargets.parts(
            new ConfidenceMaps(16, 16, 2, 1), new PartFields(16, 16, 1, limbs), INPUT, 10);
    // The point is in the middle of cell (2, 3) of 4 × 4 pixels.
    Box person = new Box(0, 0, 32, 32, 6, List.of(point(10, 14, 1)));
    float[] weights = numbers(targets.of(List.of(person)), 1).data();
    assertThat(weights[3 * 16 + 2]).isEqualTo(11);
    assertThat(weights[3 * 16 + 4]).isEqualTo((float) (1 + 10 * Math.exp(-2)), within(1e-5f));
    assertThat(weights[9 * 16 + 9]).isEqualTo(1);
  }

  /** The largest object with points counts, not the largest of all. */
  @Test
  void theLargestIsLearned() {
    PoseTargets targets = PoseTargets.coordinates(2, INPUT);
    List<Mark> marks =
        targets.of(
            List.of(
                new Box(0, 0, 64, 64, 0),
                new Box(0, 0, 8, 8, 1, List.of(point(1, 1, 0))),
                new Box(8, 8, 40, 60, 1, List.of(point(16, 48, 1)))));
    assertThat(numbers(marks, 0).data()).containsExactly(0, 0, -0.25f, 0.25f);
    assertThat(numbers(marks, 1).data()).containsExactly(0, 0, 1, 1);
  }

  /** A point of the input lies in the cell of the map that covers it. */
  @Test
  void heatMapsAreInCells() {
    PoseTargets targets = PoseTargets.heatMaps(new HeatMaps(16, 16, 1, 1, Centre.CELL), INPUT);
    List<Mark> marks = targets.of(List.of(new Box(0, 0, 64, 64, 0, List.of(point(22, 9, 0)))));
    assertThat(numbers(marks, 0).data()[2 * 16 + 5]).isEqualTo(1);
    assertThat(numbers(marks, 1).data()).containsExactly(1);
    assertThat(numbers(targets.of(List.of()), 1).data()).containsExactly(0);
  }
}
