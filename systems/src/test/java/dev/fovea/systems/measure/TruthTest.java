package dev.fovea.systems.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.systems.measure.Truth.Role;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is in a picture, out of labels and samples. */
final class TruthTest {
  private static final Box BOX = new Box(0, 0, 2, 2, 3);

  @Test
  void labelsSayAreaAndRole() {
    Truth crowd = Truth.of(new LabelledObject(BOX, Optional.empty(), 2.5, true, true));
    assertThat(crowd.role()).isEqualTo(Role.CROWD);
    assertThat(crowd.area()).isEqualTo(2.5);
    assertThat(crowd.label()).isEqualTo(3);
    Truth hard = Truth.of(new LabelledObject(BOX, Optional.empty(), 4, false, true));
    assertThat(hard.role()).isEqualTo(Role.DIFFICULT);
    assertThat(Truth.of(new LabelledObject(BOX), 2, 2)).isEqualTo(Truth.of(BOX));
  }

  /** The mask of box i − 1 is where the map says i, and its area that of the object. */
  @Test
  void samplesSayWhichPixelsBelongToWhichObject() {
    Tensor numbers = Tensor.of(Shape.of(2, 3), 1, 1, 2, 1, 0, 2);
    Sample sample =
        Sample.of(
            Tensor.zeros(Shape.of(2, 3, 3)),
            new Mark.Boxes(List.of(BOX, new Box(2, 0, 3, 2, 1))),
            new Mark.Instances(numbers));
    List<Truth> objects = Truth.of(sample);
    assertThat(objects).extracting(Truth::area).containsExactly(3.0, 2.0);
    assertThat(objects.get(1).mask()).contains(RunLengths.of(2, 3, 4, 2));
  }

  /** Below 0 the map says that no more is known than the box; of what is hidden it says nothing. */
  @Test
  void unknownPixelsAreNoMask() {
    Sample sample =
        Sample.of(
            Tensor.zeros(Shape.of(2, 3, 3)),
            new Mark.Boxes(List.of(BOX, new Box(2, 0, 3, 2, 1))),
            new Mark.Instances(Tensor.of(Shape.of(2, 3), -1, -1, 0, -1, 0, 0)));
    List<Truth> objects = Truth.of(sample);
    assertThat(objects.get(0)).isEqualTo(Truth.of(BOX));
    assertThat(objects.get(1).mask()).contains(RunLengths.of(2, 3, 6));
  }
}
