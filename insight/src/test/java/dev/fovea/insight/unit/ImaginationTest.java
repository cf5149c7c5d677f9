package dev.fovea.insight.unit;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Eager;
import dev.fovea.insight.explain.Baselines;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.testing.EngineTest;
import dev.fovea.insight.testing.Engines;
import dev.fovea.nn.Model;
import dev.fovea.op.Source;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The input that a unit likes best, where it is known. */
final class ImaginationTest extends EngineTest {
  private Model linear() {
    return Model.build(sequence(flatten(), dense(1)), Shape.of(3, 4, 2), Seed.of(2), engine);
  }

  /** ‖x‖ ≤ r: x = r·w/‖w‖ with the value r‖w‖ + b. */
  @Test
  void aLinearUnitWithinABall() {
    Model linear = linear();
    Tensor w = linear.parameters().tensor("1.weight");
    double size = 0;
    for (float v : w.data()) {
      size += v * v;
    }
    size = Math.sqrt(size);
    Imagination best =
        Imagination.of(
            linear,
            Target.logit(0),
            new PictureSpace.Ball(Shape.of(3, 4, 2), 2),
            Imagination.Search.plain(200),
            Seed.of(1));
    for (int i = 0; i < w.data().length; i++) {
      assertThat((double) best.picture().data()[i]).isCloseTo(2 * w.data()[i] / size, within(1e-3));
    }
    assertThat(best.value()).isCloseTo(2 * size, within(1e-4));
  }

  /** x in [0, 1]: x = [w > 0] with the value Σ max(w, 0) + b. */
  @Test
  void aLinearUnitWithinABox() {
    Model linear = linear();
    Tensor w = linear.parameters().tensor("1.weight");
    double most = 0;
    Imagination best =
        Imagination.of(
            linear,
            Target.logit(0),
            new PictureSpace.Box(Shape.of(3, 4, 2), 0, 1),
            Imagination.Search.plain(60),
            Seed.of(1));
    for (int i = 0; i < w.data().length; i++) {
      assertThat(best.picture().data()[i]).isEqualTo(w.data()[i] > 0 ? 1 : 0);
      most += Math.max(w.data()[i], 0);
    }
    assertThat(best.value()).isCloseTo(most, within(1e-5));
  }

  private Model net() {
    return Model.build(
        sequence(conv2d(6, 3), relu(), globalAvgPool(), dense(3)),
        Shape.of(9, 10, 3),
        Seed.of(2),
        engine);
  }

  @Test
  void theValueIsNeverBelowTheStartAndFollowsTheSeed() {
    FourierSpace space =
        new FourierSpace(engine, Shape.of(9, 10, 3), new float[3], new float[] {1, 1, 1}, false);
    Imagination.Search robust = Imagination.Search.robust(24, 2);
    Imagination a = Imagination.of(net(), Target.logit(1), space, robust, Seed.of(5));
    Imagination b = Imagination.of(net(), Target.logit(1), space, robust, Seed.of(5));
    assertThat(a.value()).isGreaterThan(a.values().getFirst());
    assertThat(a.picture().data()).isEqualTo(b.picture().data());
    for (float v : a.picture().data()) {
      assertThat(v).isBetween(0f, 1f);
    }
  }

  /** All rectifiers shut at the start: the bias −2 is overcome since gradients are let through. */
  @Test
  void aDeadUnitComesToLife() {
    Model net = net();
    net.parameters().set("0.bias", Tensor.full(Shape.of(6), -0.5f));
    Target channel = Target.channel("1", 2);
    Imagination best =
        Imagination.of(
            net,
            channel,
            new PictureSpace.Box(Shape.of(9, 10, 3), -1, 1),
            Imagination.Search.plain(64),
            Seed.of(1));
    assertThat(best.values().getFirst()).isZero();
    assertThat(best.value()).isPositive();
  }

  /** X[y, x] = Σ Z[u, v] cas(2πuy/H) cas(2πvx/W) / √(HW), and the norm stays. */
  @Test
  void frequenciesAreADoubleSumThatKeepsNorms() {
    Tensor z = Engines.random(3, 1, 5, 6);
    var in = Source.Input.sample(0, z.shape());
    Tensor x = new Eager(engine).evaluate(FourierSpace.spatial(in), z);
    assertThat(x.shape()).isEqualTo(Shape.of(5, 6, 1));
    double squaresZ = 0;
    double squaresX = 0;
    for (int i = 0; i < 30; i++) {
      double sum = 0;
      for (int j = 0; j < 30; j++) {
        int rows = (j / 6) * (i / 6);
        int columns = (j % 6) * (i % 6);
        double a = 2 * Math.PI * rows / 5;
        double b = 2 * Math.PI * columns / 6;
        double cas = (Math.cos(a) + Math.sin(a)) * (Math.cos(b) + Math.sin(b));
        sum += z.data()[j] * cas / Math.sqrt(30);
      }
      assertThat((double) x.data()[i]).isCloseTo(sum, within(1e-5));
      squaresZ += z.data()[i] * z.data()[i];
      squaresX += x.data()[i] * x.data()[i];
    }
    assertThat(squaresX).isCloseTo(squaresZ, within(1e-4 * squaresZ));
  }

  @Test
  void oneConstantFrequencyIsAConstantPicture() {
    FourierSpace space =
        new FourierSpace(engine, Shape.of(7, 4, 1), new float[] {-1}, new float[] {3}, false);
    float[] z = new float[28];
    z[0] = 1;
    Tensor flat = space.picture(z);
    for (float v : flat.data()) {
      assertThat(v).isCloseTo(flat.data()[0], within(1e-5f));
    }
    assertThat(space.picture(new float[28]).data()).containsOnly(1); // sigmoid(0) is the middle
  }

  @Test
  void gradientsThroughFrequenciesAreDifferences() {
    FourierSpace space =
        new FourierSpace(engine, Shape.of(5, 4, 3), new float[3], new float[] {2, 3, 4}, true);
    Rng rng = new Rng(4);
    float[] z = new float[60];
    for (int i = 0; i < 60; i++) {
      z[i] = rng.nextGaussian(0.2);
    }
    Tensor g = Engines.random(9, 5, 4, 3);
    float[] back = space.back(z, g);
    for (int i = 0; i < 60; i += 7) {
      float[] up = z.clone();
      float[] down = z.clone();
      up[i] += 1e-2f;
      down[i] -= 1e-2f;
      double difference = (dot(space.picture(up), g) - dot(space.picture(down), g)) / 2e-2;
      assertThat((double) back[i]).isCloseTo(difference, within(2e-2));
    }
  }

  private static double dot(Tensor a, Tensor b) {
    double sum = 0;
    for (int i = 0; i < a.data().length; i++) {
      sum += (double) a.data()[i] * b.data()[i];
    }
    return sum;
  }

  @Test
  void movesKeepPixelsAndBlurKeepsTheMean() {
    Tensor x = Engines.random(1, 6, 7, 2);
    Tensor rolled = new PictureMove(2, -3, 1, 0).apply(x);
    float[] a = x.data().clone();
    float[] b = rolled.data().clone();
    Arrays.sort(a);
    Arrays.sort(b);
    assertThat(b).isEqualTo(a);
    assertThat(rolled.get(2, 0, 1)).isEqualTo(x.get(0, 3, 1));
    // ⟨T x, g⟩ = ⟨x, Tᵀ g⟩
    PictureMove turn = new PictureMove(1, 2, 1.1, 0.2);
    Tensor g = Engines.random(2, 6, 7, 2);
    assertThat(dot(turn.apply(x), g)).isCloseTo(dot(x, turn.transposed(g)), within(1e-4));
    Tensor flat = Tensor.full(Shape.of(6, 7, 2), 3);
    assertThat(Engines.sum(Baselines.blurred(flat, 1))).isCloseTo(252, within(1e-3));
    assertThat(Imagination.variation(flat)).isZero();
    assertThat(Imagination.variation(Tensor.of(Shape.of(2, 2, 1), 0, 1, 0, 3))).isEqualTo(14);
  }
}
