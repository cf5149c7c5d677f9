package dev.fovea.insight.explain;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The mean of a layer along a direction, against its channels. */
final class DirectionTargetTest {
  private static final Model NET =
      Model.build(sequence(conv2d(3, 3), relu()), Shape.of(6, 5, 2), Seed.of(1), Engine.shared());

  private static Tensor input() {
    Rng rng = new Rng(3);
    Tensor x = Tensor.zeros(Shape.of(6, 5, 2));
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) rng.nextGaussian();
    }
    return x;
  }

  private static double score(Target target) {
    return Probe.ofScores(NET, target).read(input()).score();
  }

  /** (3·a + 4·b) / 5 of the means a and b of two channels. */
  @Test
  void weighsTheMeansOfChannels() {
    double a = score(Target.channel("1", 0));
    double b = score(Target.channel("1", 2));
    Target both = Target.direction("1", Tensor.of(Shape.of(3), 3, 0, 4));
    assertThat(score(both)).isCloseTo((3 * a + 4 * b) / 5, within(1e-5));
  }

  @Test
  void refusesWhatIsNoDirection() {
    assertThatThrownBy(() -> score(Target.direction("1", Tensor.zeros(Shape.of(3)))))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("a direction for 1 of finite numbers, not all 0, expected");
    assertThatThrownBy(() -> score(Target.direction("1", Tensor.of(Shape.of(2), 1, 1))))
        .hasMessageContaining("got 2");
  }
}
