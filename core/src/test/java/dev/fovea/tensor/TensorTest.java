package dev.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TensorTest {
  private final Tensor t = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

  @Test
  void elements() {
    assertThat(t.get(1, 0)).isEqualTo(4);
    assertThat(t.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(Tensor.scalar(7).item()).isEqualTo(7);
    assertThat(Tensor.zeros(Shape.of(2)).data()).containsExactly(0, 0);
    assertThat(Tensor.full(Shape.of(2), 3).data()).containsExactly(3, 3);
    assertThat(t.sample(1).data()).containsExactly(4, 5, 6);
    assertThat(t.sample(1).shape()).isEqualTo(Shape.of(3));
  }

  @Test
  void sharesItsStorageUnlessCopied() {
    assertThat(t.reshape(Shape.of(3, 2)).data()).isSameAs(t.data());
    assertThat(t.copy().data()).isNotSameAs(t.data()).containsExactly(t.data());
    t.sample(0).data()[0] = 9;
    assertThat(t.get(0, 0)).isEqualTo(1);
  }

  @Test
  void errors() {
    assertThatThrownBy(() -> Tensor.of(Shape.of(2, 2), 1, 2, 3))
        .isInstanceOf(FoveaException.class)
        .hasMessage("tensor of shape [2,2] needs 4 values, got 3");
    assertThatThrownBy(t::item).hasMessage("item() needs one element, the tensor has shape [2,3]");
    assertThatThrownBy(() -> t.get(2, 0)).hasMessage("index [2, 0] lies outside [2,3]");
    assertThatThrownBy(() -> t.get(0)).hasMessage("index [0] needs 2 numbers for [2,3]");
    assertThatThrownBy(() -> t.reshape(Shape.of(7))).isInstanceOf(FoveaException.class);
  }

  @Test
  void text() {
    assertThat(t).hasToString("[2,3][1.0, 2.0, 3.0, 4.0, 5.0, 6.0]");
    assertThat(Tensor.zeros(Shape.of(9)).toString()).endsWith("0.0, …]");
  }
}
