package dev.fovea.apps;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class FeaturesTest {
  /** Two channels, 2x and 3x, of pictures of 1 × 2: more than are computed at once. */
  private static Features doubledAndTripled() {
    Model model = Model.build(sequence(conv2d(2, 1), flatten()), Shape.of(1, 2, 1), Seed.of(1));
    model.parameters().set("0.weight", Tensor.of(Shape.of(1, 1, 1, 2), 2, 3));
    return Features.of(model, "0");
  }

  private static Tensor pictures(int count) {
    Tensor all = Tensor.zeros(Shape.of(count, 1, 2, 1));
    for (int i = 0; i < all.data().length; i++) {
      all.data()[i] = i;
    }
    return all;
  }

  @Test
  void mapsBecomeRows() {
    Tensor rows = doubledAndTripled().of(pictures(60));
    assertThat(rows.shape()).isEqualTo(Shape.of(60, 4));
    assertThat(rows.sample(51).data()).containsExactly(204, 306, 206, 309);
  }

  @Test
  void meansAreTakenOverPlaces() {
    float[][] means = doubledAndTripled().means(pictures(60));
    assertThat(means).hasDimensions(60, 2);
    assertThat(means[51]).containsExactly(205, 307.5f);
  }
}
