package dev.fovea.nn;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients of signals by signals, within a network. */
final class SignalGradientTest {
  private static Tensor random(int seed, Shape shape) {
    Rng rng = Seed.of(seed).rng();
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  private static Model model(Network network, Shape input) {
    return Model.build(network, List.of(input), Seed.of(3), Engine.shared());
  }

  /** (x³)′ = 3·x² and (x³)″ = 6·x. */
  @Test
  void theGradientOfAGradientIsTheSecondDerivative() {
    Network cube =
        in -> {
          Signal x = in.get(0);
          Signal first = x.times(x).times(x).gradientBy(x);
          return List.of(first, first.gradientBy(x), x.filled(1).gradientBy(x));
        };
    Tensor x = random(1, Shape.of(2, 3));
    List<Tensor> told = model(cube, Shape.of(3)).run(List.of(x));
    for (int i = 0; i < x.data().length; i++) {
      double v = x.data()[i];
      assertThat((double) told.get(0).data()[i]).isCloseTo(3 * v * v, within(1e-5));
      assertThat((double) told.get(1).data()[i]).isCloseTo(6 * v, within(1e-5));
      assertThat(told.get(2).data()[i]).isZero();
    }
  }

  /** The gradient of the output of layers by their input, against differences of the output. */
  @Test
  void theGradientOfLayersIsThatOfDifferences() {
    Layer layers = sequence(conv2d(3, 3).same(), tanh(), flatten(), dense(1));
    Shape picture = Shape.of(4, 5, 2);
    Model m =
        model(
            in -> {
              Signal y = layers.apply(in.get(0));
              return List.of(y, y.gradientBy(in.get(0)));
            },
            picture);
    Tensor x = random(2, picture.prepend(2));
    float[] gradient = m.run(List.of(x)).get(1).data();
    float h = 1e-2f;
    for (int i = 0; i < gradient.length; i += 7) {
      Tensor more = x.copy();
      more.data()[i] += h;
      Tensor less = x.copy();
      less.data()[i] -= h;
      int sample = i / picture.elements();
      double difference =
          m.run(List.of(more)).get(0).data()[sample] - m.run(List.of(less)).get(0).data()[sample];
      assertThat((double) gradient[i]).isCloseTo(difference / (2 * h), within(2e-3));
    }
  }
}
