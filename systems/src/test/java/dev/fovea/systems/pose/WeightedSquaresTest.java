package dev.fovea.systems.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.systems.pose.WeightedSquares.Weights;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The loss of maps and coordinates against loops in double precision. */
final class WeightedSquaresTest {
  private static Tensor random(Shape shape, int seed) {
    Tensor t = Tensor.zeros(shape);
    Rng rng = new Rng(seed);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  private static float loss(Weights weights, Tensor y, Tensor target, Tensor w) {
    WeightedSquares loss = new WeightedSquares(weights);
    assertThat(loss.targets(List.of(y.shape()))).containsExactly(target.shape(), w.shape());
    Model model =
        Model.build(
            in -> {
              List<Value> all = in.stream().map(Signal::value).toList();
              Value scalar = loss.of(all.subList(0, 1), all.subList(1, 3));
              int n = in.get(0).shape().dim(0);
              return List.of(in.get(0).with(scalar.broadcastTo(Shape.of(n))));
            },
            List.of(y.shape().dropFirst(), target.shape().dropFirst(), w.shape().dropFirst()),
            Seed.of(0),
            Engine.shared());
    return model.run(List.of(y, target, w)).get(0).data()[0];
  }

  @Test
  void channelsHaveWeights() {
    Tensor y = random(Shape.of(1, 3, 4, 5), 1);
    Tensor target = random(Shape.of(1, 3, 4, 5), 2);
    Tensor w = random(Shape.of(1, 5), 3);
    double sum = 0;
    for (int i = 0; i < 60; i++) {
      double d = (double) y.data()[i] - target.data()[i];
      sum += w.data()[i % 5] * d * d;
    }
    assertThat((double) loss(Weights.CHANNELS, y, target, w)).isCloseTo(sum / 60, within(1e-6));
  }

  @Test
  void cellsHaveWeights() {
    Tensor y = random(Shape.of(1, 3, 4, 5), 1);
    Tensor target = random(Shape.of(1, 3, 4, 5), 2);
    Tensor w = random(Shape.of(1, 3, 4), 3);
    double sum = 0;
    for (int i = 0; i < 60; i++) {
      double d = (double) y.data()[i] - target.data()[i];
      sum += w.data()[i / 5] * d * d;
    }
    assertThat((double) loss(Weights.CELLS, y, target, w)).isCloseTo(sum / 60, within(1e-6));
  }

  @Test
  void coordinatesHaveWeights() {
    Tensor y = random(Shape.of(1, 6), 1);
    Tensor target = random(Shape.of(1, 6), 2);
    Tensor w = Tensor.of(Shape.of(1, 6), 1, 1, 0, 0, 1, 1);
    double sum = 0;
    for (int i = 0; i < 6; i++) {
      double d = (double) y.data()[i] - target.data()[i];
      sum += w.data()[i] * d * d;
    }
    assertThat((double) loss(Weights.CHANNELS, y, target, w)).isCloseTo(sum / 6, within(1e-6));
  }
}
