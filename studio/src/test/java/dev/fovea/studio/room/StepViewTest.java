package dev.fovea.studio.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.studio.room.StepView.Probe;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sample that is looked at. */
final class StepViewTest {
  /** A data set tells no class names by default. */
  @Test
  void classesWithoutNamesAreNumbers() {
    Tensor input = Tensor.zeros(Shape.of(1, 2, 2, 1));
    assertThat(new Probe(0, input, 3, List.of()).className()).isEqualTo("3");
    assertThat(new Probe(0, input, 1, List.of("cat", "dog")).className()).isEqualTo("dog");
  }
}
