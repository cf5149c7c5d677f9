package dev.fovea.apps.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Digits;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FewShotTest {
  private static Tensor picture(float... values) {
    return Tensor.of(Shape.of(2, 2, 1), values);
  }

  @Test
  void turnedPicturesAreFurtherClasses() {
    PictureClasses all = new PictureClasses(List.of(List.of(picture(1, 2, 3, 4)))).turned();
    assertThat(all.classes()).hasSize(4);
    assertThat(all.classes().get(1).getFirst().data()).containsExactly(3, 1, 4, 2);
    assertThat(all.classes().get(2).getFirst().data()).containsExactly(4, 3, 2, 1);
    assertThat(all.classes().get(3).getFirst().data()).containsExactly(2, 4, 1, 3);
  }

  @Test
  void anEpisodeIsInRounds() {
    PictureClasses digits = PictureClasses.of(Digits.load(Seed.of(1), 60, 1).train());
    Tensor episode = digits.episode(3, 2, Seed.of(2).rng());
    assertThat(episode.shape()).isEqualTo(Shape.of(6, 28, 28, 1));
    for (int w = 0; w < 3; w++) {
      float[] first = episode.sample(w).data();
      float[] second = episode.sample(w + 3).data();
      assertThat(first).isNotEqualTo(second);
      assertThat(digits.classes()).anyMatch(c -> has(c, first) && has(c, second));
    }
    assertThat(PictureClasses.labels(3, 2).data()).containsExactly(0, 1, 2, 0, 1, 2);
    assertThatThrownBy(() -> digits.episode(11, 1, Seed.of(1).rng()))
        .hasMessage("episode: 1 pictures of each of 11 classes, there are 10 classes");
  }

  private static boolean has(List<Tensor> pictures, float[] values) {
    return pictures.stream().anyMatch(p -> java.util.Arrays.equals(p.data(), values));
  }

  /**
   * Prototypes (0, 0) and (4, 0), one query of each at (1, 0) and (3, 1): the loss is the mean of
   * log(1 + e^(1 − 9)) and log(1 + e^(2 − 10)).
   */
  @Test
  void theLossIsThatOfTheNearestPrototype() {
    Model same = Model.build(Layers.dense(2), Shape.of(2), Seed.of(1));
    same.parameters().set("dense.weight", Tensor.of(Shape.of(2, 2), 1, 0, 0, 1));
    TrainingStep step =
        TrainingStep.of(
            in -> List.of(Prototypes.loss(same.apply(in.get(0)), 2, 2)),
            List.of(Shape.of(2)),
            Optimizers.sgd(1),
            6,
            same);
    Tensor rows = Tensor.of(Shape.of(6, 2), -1, 0, 4, 1, 1, 0, 4, -1, 1, 0, 3, 1);
    double expected = (Math.log1p(Math.exp(1 - 9.0)) + Math.log1p(Math.exp(2 - 10.0))) / 2;
    assertThat((double) step.gradients(Seed.of(1), rows)).isCloseTo(expected, within(1e-6));
  }

  @Test
  void theNearestExampleAnswers() {
    Tensor examples = Tensor.of(Shape.of(2, 2), 0, 0, 4, 0);
    Tensor asked = Tensor.of(Shape.of(3, 2), 1, 1, 3, 1, 2, 0);
    assertThat(Prototypes.accuracy(examples, asked, List.of(0, 1, 1)))
        .isCloseTo(2 / 3.0, within(1e-9));
  }
}
