package dev.fovea.systems.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.Pose;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A chain of five kinds of points along a line, of which the last two have weak peaks. */
final class MissingPointsTest {
  private static final int SIZE = 40;
  private static final int KINDS = 5;
  private static final Limbs LIMBS =
      new Limbs(IntStream.range(0, KINDS - 1).mapToObj(l -> new Bone(l, l + 1)).toList());
  private static final PersonGrouping GROUPING =
      new PersonGrouping(LIMBS, List.of(KINDS, KINDS + 2, KINDS + 4, KINDS + 6));
  private static final Size INPUT = new Size(SIZE, SIZE);

  /** Returns maps and fields of a person: points at (20, 4 + 8k), heights of peaks as given. */
  private static Tensor answer(double... heights) {
    List<List<KeyPoint>> people =
        List.of(
            IntStream.range(0, KINDS)
                .mapToObj(k -> new KeyPoint(20.5, 4.5 + 8 * k, k, Visibility.VISIBLE))
                .toList());
    Tensor fields = new PartFields(SIZE, SIZE, 1, LIMBS).of(people);
    Tensor maps = new ConfidenceMaps(SIZE, SIZE, KINDS, 1.5).of(people.getFirst());
    Tensor all = Tensor.zeros(Shape.of(1, SIZE, SIZE, KINDS + 2 * LIMBS.bones().size()));
    int channels = all.shape().dim(3);
    for (int cell = 0; cell < SIZE * SIZE; cell++) {
      for (int c = 0; c < channels; c++) {
        all.data()[cell * channels + c] =
            c < KINDS
                ? (float) (heights[c] * maps.data()[cell * (KINDS + 1) + c])
                : fields.data()[cell * (channels - KINDS) + c - KINDS];
      }
    }
    return all;
  }

  private static List<Pose> poses(Tensor answer, boolean completes) {
    return new PartDecoder(0, KINDS, GROUPING, 1, new LocalPeaks(0.3, 4), completes)
        .decode(List.of(answer), 0, INPUT, "person");
  }

  private static List<Integer> places(List<Pose> poses) {
    assertThat(poses).hasSize(1);
    return poses.getFirst().found().stream().map(p -> (int) p.y()).toList();
  }

  /** The fourth is reached from the third, the fifth then from the fourth. */
  @Test
  void weakPeaksAreReachedAlongLimbs() {
    Tensor answer = answer(1, 1, 1, 0.25, 0.2);
    assertThat(places(poses(answer, false))).containsExactly(4, 12, 20);
    assertThat(places(poses(answer, true))).containsExactly(4, 12, 20, 28, 36);
    Pose pose = poses(answer, true).getFirst();
    assertThat(pose.score()).isEqualTo(poses(answer, false).getFirst().score());
    assertThat(pose.scores().get(3)).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void peaksUnderATenthAreNoise() {
    assertThat(places(poses(answer(1, 1, 1, 0.25, 0.09), true))).containsExactly(4, 12, 20, 28);
    assertThat(places(poses(answer(1, 1, 1, 0.09, 0.25), true))).containsExactly(4, 12, 20);
  }

  @Test
  void noLimbLeadsThereWithoutAField() {
    Tensor answer = answer(1, 1, 1, 0.25, 0.2);
    int channels = answer.shape().dim(3);
    for (int cell = 0; cell < SIZE * SIZE; cell++) {
      Arrays.fill(answer.data(), cell * channels + KINDS + 4, cell * channels + KINDS + 6, 0f);
    }
    assertThat(places(poses(answer, true))).containsExactly(4, 12, 20);
  }

  /** A point that grouping found stays where it is, even if a higher peak lies near. */
  @Test
  void knownPointsStay() {
    Tensor answer = answer(1, 1, 1, 1, 1);
    assertThat(poses(answer, true)).isEqualTo(poses(answer, false));
  }
}
