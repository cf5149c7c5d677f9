package dev.fovea.apps.style;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.optim.Optimizers.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.apps.Noise;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PerceptualLossTest {
  private static final Shape SHAPE = Shape.of(5, 6, 2);

  private final Model network =
      Model.build(sequence(conv2d(3, 3).same(), relu(), conv2d(4, 3)), SHAPE, Seed.of(1));

  private static Tensor picture(Shape shape, int seed) {
    return Noise.normal(shape, Seed.of(seed));
  }

  private static double relative(Tensor a, Tensor b) {
    double off = 0;
    double all = 0;
    for (int i = 0; i < a.data().length; i++) {
      off += Math.pow(a.data()[i] - b.data()[i], 2);
      all += Math.pow(b.data()[i], 2);
    }
    return off / all;
  }

  /** Returns the mean products of the channels of maps [1, H, W, C]. */
  private static Tensor gram(Tensor maps) {
    int c = maps.shape().dim(3);
    int positions = maps.data().length / c;
    Tensor gram = Tensor.zeros(Shape.of(1, c, c));
    for (int i = 0; i < positions * c * c; i++) {
      int p = i / (c * c);
      gram.data()[i % (c * c)] +=
          maps.data()[p * c + i / c % c] * maps.data()[p * c + i % c] / positions;
    }
    return gram;
  }

  @Test
  void lossesAreRelativeErrorsOfWhatLayersSee() {
    PerceptualLoss loss = PerceptualLoss.of(network, List.of("0"), List.of("1", "2"));
    Tensor a = picture(SHAPE, 2);
    Tensor b = picture(SHAPE, 3);
    List<Tensor> seenA =
        network.withOutputs("0", "1", "2").run(List.of(a.reshape(SHAPE.prepend(1))));
    List<Tensor> seenB =
        network.withOutputs("0", "1", "2").run(List.of(b.reshape(SHAPE.prepend(1))));
    assertThat(loss.content(a, b)).isCloseTo(relative(seenA.get(0), seenB.get(0)), within(1e-5));
    double first = relative(gram(seenA.get(1)), gram(seenB.get(1)));
    double second = relative(gram(seenA.get(2)), gram(seenB.get(2)));
    assertThat(loss.style(a, loss.styleOf(b))).isCloseTo((first + second) / 2, within(1e-5));
    assertThat(loss.style(b, loss.styleOf(b))).isZero();
    assertThat(loss.content(b, b)).isZero();
  }

  /** What the network sees may be prepared, and pictures may be of any size. */
  @Test
  void picturesReachTheNetworkThroughALayer() {
    PerceptualLoss plain = PerceptualLoss.of(network, List.of("2"), List.of("2"));
    PerceptualLoss half = plain.through(x -> x.times(0.5f));
    Shape large = Shape.of(9, 8, 2);
    Tensor a = picture(large, 2);
    Tensor twice = a.copy();
    for (int i = 0; i < twice.data().length; i++) {
      twice.data()[i] *= 2;
    }
    Tensor b = picture(SHAPE, 4);
    assertThat(half.style(twice, plain.styleOf(b)))
        .isCloseTo(plain.style(a, plain.styleOf(b)), within(1e-5));
  }

  /** A picture that is itself what is learned takes the style on, and keeps some content. */
  @Test
  void aPictureLearnsAStyle() {
    PerceptualLoss loss = PerceptualLoss.of(network, List.of("1"), List.of("1", "2"));
    Tensor photo = picture(SHAPE, 5);
    List<Tensor> wanted = loss.styleOf(picture(Shape.of(12, 12, 2), 6));
    Layer canvas =
        x -> x.with(x.value().plus(x.trace().parameter("change", SHAPE, Initializer.zeros())));
    Model model = Model.build(canvas, SHAPE, Seed.of(7));
    TrainingStep step =
        TrainingStep.of(
            in -> List.of(loss.style(model.apply(in.get(0)), wanted)),
            List.of(SHAPE),
            adam(0.05),
            1,
            model);
    for (int i = 0; i < 40; i++) {
      step.gradients(Seed.of(i), photo.reshape(SHAPE.prepend(1)));
      step.apply();
    }
    Tensor made = model.run(photo.reshape(SHAPE.prepend(1))).sample(0);
    assertThat(loss.style(made, wanted)).isLessThan(loss.style(photo, wanted) / 3);
  }

  @Test
  void missingLayersAreNamed() {
    assertThatThrownBy(() -> PerceptualLoss.of(network, List.of("5"), List.of("2")))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("outputs: no layer 5");
  }
}
