package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class InputRuleTest {
  private static final Preprocessing TWO_PIXELS = Preprocessing.scaled(Shape.of(1, 2, 3));

  @Test
  void picturesAndFiltersOfBlueFirstAreReordered() {
    InputRule rule = new InputRule(TWO_PIXELS, true);
    Tensor picture = Tensor.of(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6);
    assertThat(rule.reordered(picture).data()).containsExactly(3, 2, 1, 6, 5, 4);
    // Of two filters of 1×1 the numbers of a channel lie side by side.
    Tensor filters = Tensor.of(Shape.of(1, 1, 3, 2), 1, 10, 2, 20, 3, 30);
    assertThat(rule.reorderedFilters(filters).data()).containsExactly(3, 30, 2, 20, 1, 10);
  }

  @Test
  void othersStayAsTheyAre() {
    Tensor picture = Tensor.of(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6);
    assertThat(new InputRule(TWO_PIXELS, false).reordered(picture).data())
        .isEqualTo(picture.data());
    Tensor grey = Tensor.of(Shape.of(1, 3, 1, 1), 1, 2, 3);
    assertThat(new InputRule(TWO_PIXELS, true).reorderedFilters(grey).data())
        .isEqualTo(grey.data());
  }
}
