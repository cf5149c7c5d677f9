package dev.fovea.serve.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TopClassesTest {
  private static final Tensor OUTPUT = Tensor.of(Shape.of(2, 4), 1, 5, 10, 4, Float.NaN, -1, 3, 3);

  @Test
  void theHighestValuesOfEachSample() {
    assertThat(new TopClasses(2, List.of()).names(OUTPUT))
        .containsExactly("10.0:2", "5.0:1", "3.0:2", "3.0:3");
  }

  @Test
  void labelsStandBehindIfThereIsOneForEachValue() {
    assertThat(new TopClasses(1, List.of("a", "b", "c:d", "e")).names(OUTPUT))
        .containsExactly("10.0:2:c:d", "3.0:2:c:d");
    assertThat(new TopClasses(1, List.of("a", "b")).names(OUTPUT))
        .containsExactly("10.0:2", "3.0:2");
  }

  @Test
  void notMoreThanThereAre() {
    assertThat(new TopClasses(Integer.MAX_VALUE, List.of()).names(OUTPUT))
        .containsExactly("10.0:2", "5.0:1", "4.0:3", "1.0:0", "3.0:2", "3.0:3", "-1.0:1", "NaN:0");
  }
}
