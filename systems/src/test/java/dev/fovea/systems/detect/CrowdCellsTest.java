package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Crowds teach neither objects nor background, in detectors without anchors too. */
final class CrowdCellsTest {
  private static final int SIDE = 64;
  private static final int MOST = 3;
  private static final Box CROWD = new Box(0, 0, 40, 32, Mark.Boxes.IGNORED);
  private static final Box DOG = new Box(4, 4, 12, 12, 1);

  /** Of 2×2 cells the first lies wholly in the crowd, the second to a quarter. */
  @Test
  void cellsInCrowdsDoNotCount() {
    YoloV1Grid grid = new YoloV1Grid(2, 2, 2, 3);
    Tensor wanted = grid.targets(List.of(CROWD), SIDE, SIDE);
    int width = wanted.shape().dim(1);
    assertThat(wanted.data()[0]).isEqualTo(-1);
    for (int cell = 1; cell < 4; cell++) {
      assertThat(wanted.data()[cell * width]).isZero();
    }
    float[] gradient = gradient(grid, wanted);
    for (int i = 0; i < grid.numbers(); i++) {
      assertThat(gradient[i]).isZero();
      int confidence = i - grid.classes();
      assertThat(gradient[grid.numbers() + i] != 0).isEqualTo(confidence == 0 || confidence == 1);
    }
  }

  /** An object in a crowd is learned as elsewhere, whichever of both is listed first. */
  @Test
  void objectsInCrowdsAreLearned() {
    YoloV1Grid grid = new YoloV1Grid(2, 2, 2, 3);
    Tensor alone = grid.targets(List.of(DOG), SIDE, SIDE);
    for (List<Box> objects : List.of(List.of(DOG, CROWD), List.of(CROWD, DOG))) {
      Tensor both = grid.targets(objects, SIDE, SIDE);
      assertThat(both.data()).containsExactly(alone.data());
      assertThat(gradient(grid, both)).containsExactly(gradient(grid, alone));
    }
  }

  private static float[] gradient(YoloV1Grid grid, Tensor wanted) {
    YoloV1Loss loss = new YoloV1Loss(grid, true, MOST);
    Tensor outputs = Tensor.zeros(Shape.of(1, grid.rows() * grid.columns(), grid.numbers()));
    Rng rng = new Rng(7);
    for (int i = 0; i < outputs.data().length; i++) {
      outputs.data()[i] = 0.1f + 0.8f * rng.nextFloat();
    }
    return GraphNumbers.of(
            v -> loss.of(v.subList(0, 1), v.subList(1, 3)),
            outputs,
            wanted.reshape(wanted.shape().prepend(1)),
            Tensor.zeros(Shape.of(1, MOST, 5)))
        .get(1);
  }

  /** A picture that shows a crowd and no object says nothing of the one object's class. */
  @Test
  void picturesOfCrowdsAloneHaveNoClass() {
    OneBox box = new OneBox(SIDE, SIDE, 2);
    assertThat(box.target(List.of(CROWD)).data()).containsExactly(-1, 0, 0, 0, 0);
    assertThat(box.target(List.of(CROWD, DOG)).data())
        .containsExactly(box.target(List.of(DOG)).data());
    Tensor rows =
        Tensor.of(Shape.of(2, 1, 7), .5f, .5f, .2f, .2f, 1, 2, 3, .5f, .5f, .2f, .2f, 1, 2, 3);
    Tensor wanted = Tensor.of(Shape.of(2, 1, 5), -1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    float[] gradient =
        GraphNumbers.of(
                v -> box.loss(MOST, 1).of(v.subList(0, 1), v.subList(1, 3)),
                rows,
                wanted,
                Tensor.zeros(Shape.of(2, MOST, 5)))
            .get(1);
    for (int i = 0; i < 7; i++) {
      assertThat(gradient[i]).isZero();
      assertThat(gradient[7 + i] != 0).isEqualTo(i >= 4);
    }
  }
}
