package dev.fovea.systems.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Losses of boxes that have edges in common, as clipped boxes often do. */
final class OverlapLossTest {
  /** Three edges in common; beside each other; a hundredth of a pixel wide. */
  private static final Tensor FOUND =
      Tensor.of(Shape.of(3, 4), 0, 0, 4, 4, 0, 0, 2, 2, 0, 0, 0.01f, 0.02f);

  private static final Tensor THERE =
      Tensor.of(Shape.of(3, 4), 0, 0, 2, 4, 2, 0, 4, 4, 0, 0, 0.01f, 0.01f);

  private static List<float[]> of(Overlap overlap, Tensor found, Tensor there) {
    return GraphNumbers.of(v -> OverlapLoss.of(overlap, v.get(0), v.get(1)), found, there);
  }

  private static void check(Overlap overlap, double[] losses, double... gradient) {
    List<float[]> got = of(overlap, FOUND, THERE);
    for (int i = 0; i < losses.length; i++) {
      assertThat((double) got.get(0)[i]).isCloseTo(losses[i], within(1e-5));
    }
    for (int i = 0; i < gradient.length; i++) {
      double most = 1e-4 * Math.max(1, Math.abs(gradient[i]));
      assertThat((double) got.get(1)[i]).as("number %s", i).isCloseTo(gradient[i], within(most));
    }
  }

  /**
   * torchvision 0.28's {@code generalized_box_iou_loss} and the gradient of its sum in float64; of
   * the others the first two boxes, the third shares their rule.
   */
  @Test
  void commonEdgesAreThoseOfTorchvision() {
    check(
        Overlap.GIOU,
        new double[] {0.5, 1.25, 0.50025},
        new double[] {
          0.0625,
          0.03125,
          0.125,
          -0.03125,
          -0.0625,
          0.03125,
          -0.125,
          -0.125,
          12.512484,
          12.499997,
          -12.512484,
          24.975019
        });
    check(
        Overlap.DIOU,
        new double[] {0.53125, 1.15625},
        new double[] {
          0.097656, -0.027344, 0.148437, 0.027344, -0.023438, -0.011719, -0.0625, -0.03125
        });
    check(
        Overlap.CIOU,
        new double[] {0.534498, 1.157939},
        new double[] {
          0.095132, -0.02482, 0.150961, 0.02482, -0.026063, -0.009093, -0.059875, -0.033875
        });
  }

  /** A box that is right already is not pushed away from there. */
  @ParameterizedTest
  @EnumSource
  void equalBoxesStay(Overlap overlap) {
    Tensor box = Tensor.of(Shape.of(1, 4), 3, 4, 9, 24);
    List<float[]> got = of(overlap, box, box);
    assertThat(got.get(0)[0]).isCloseTo(0, within(1e-6f));
    assertThat(got.get(1)).containsExactly(new float[4], within(1e-6f));
  }
}
