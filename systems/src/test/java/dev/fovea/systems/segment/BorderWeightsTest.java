package dev.fovea.systems.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Losses;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The weights of pixels between objects, and the loss that they weigh. */
final class BorderWeightsTest {
  private static final int SIDE = 20;

  /** Random small objects, one of them twice as far apart as the reach. */
  private static Tensor objects() {
    Tensor map = Tensor.zeros(Shape.of(SIDE, SIDE));
    Rng rng = Seed.of(5).rng();
    for (int number = 1; number <= 5; number++) {
      int top = rng.nextInt(SIDE - 3);
      int left = rng.nextInt(SIDE - 3);
      for (int k = 0; k < 6; k++) {
        map.data()[(top + k / 3) * SIDE + left + k % 3] = number;
      }
    }
    return map;
  }

  private static double distance(Tensor objects, int number, int pixel) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < objects.data().length; i++) {
      if (objects.data()[i] == number) {
        double dx = i % SIDE - (double) (pixel % SIDE);
        double dy = Math.floorDiv(i, SIDE) - (double) Math.floorDiv(pixel, SIDE);
        least = Math.min(least, Math.sqrt(dx * dx + dy * dy));
      }
    }
    return least;
  }

  /** w = 1 + 10·exp(−(d₁ + d₂)²/(2·5²)) with distances by looking at every pixel. */
  @Test
  void weightsAreThoseOfThePaper() {
    Tensor objects = objects();
    Tensor mask = Tensor.zeros(objects.shape());
    for (int i = 0; i < mask.data().length; i++) {
      mask.data()[i] = objects.data()[i] > 0 ? 1 : 0;
    }
    float[] weights = BorderWeights.usual(List.of()).of(mask, objects, 0).data();
    for (int i = 0; i < weights.length; i++) {
      double first = Double.POSITIVE_INFINITY;
      double second = Double.POSITIVE_INFINITY;
      for (int number = 1; number <= 5; number++) {
        double d = distance(objects, number, i);
        second = Math.min(second, Math.max(first, d));
        first = Math.min(first, d);
      }
      double sum = first + second;
      double expected = mask.data()[i] == 1 ? 1 : 1 + 10 * Math.exp(-sum * sum / 50);
      assertThat((double) weights[i]).isCloseTo(expected, within(1e-4));
    }
  }

  @Test
  void classesHaveTheirOwnWeightsAndIgnoredPixelsNone() {
    Tensor mask = Tensor.of(Shape.of(1, 4), 1, 0, 1, 255);
    Tensor objects = Tensor.of(Shape.of(1, 4), 1, 0, 2, 0);
    float[] weights = new BorderWeights(4, 1, List.of(2f, 3f)).of(mask, objects, 0).data();
    // Both neighbours are 1 away: 4·exp(−2²/2).
    assertThat(weights).containsExactly(3, 2 + 4 * (float) Math.exp(-2), 3, 0);
    assertThatThrownBy(() -> new BorderWeights(1, 0, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("a σ up to 100 expected");
  }

  @Test
  void samplesGetTheWeightsOfTheirConnectedParts() {
    Tensor mask = Tensor.of(Shape.of(1, 3), 1, 0, 1);
    Dataset data =
        new Dataset() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public Shape inputShape() {
            return Shape.of(1, 3, 1);
          }

          @Override
          public List<Target> targets() {
            return List.of(Target.mask(1, 3));
          }

          @Override
          public Sample read(int index, Seed seed) {
            return Sample.of(Tensor.zeros(inputShape()), new Mark.Mask(mask));
          }
        };
    Dataset weighed = BorderWeights.usual(List.of()).over(data, 0);
    assertThat(weighed.targetShapes()).containsExactly(Shape.of(1, 3), Shape.of(1, 3));
    float middle = 1 + 10 * (float) Math.exp(-4 / 50.0);
    assertThat(weighed.sample(0).targets().get(1).data()).containsExactly(1, middle, 1);
  }

  /** With a weight of 1 each it is plain cross-entropy; pixels of 255 do not count. */
  @Test
  void theLossIsCrossEntropyTimesTheWeights() {
    Tensor y = Tensor.zeros(Shape.of(2, 2, 2, 3));
    Rng rng = Seed.of(2).rng();
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = rng.nextFloat();
    }
    Tensor labels = Tensor.of(Shape.of(2, 2, 2), 0, 1, 255, 2, 1, 1, 0, 255);
    assertThat(loss(y, labels, 1)).isCloseTo(plain(y, labels), within(1e-6f));
    assertThat(loss(y, labels, 3)).isCloseTo(3 * plain(y, labels), within(3e-6f));
    assertThat(new PixelCrossEntropy(255).weight(labels)).isEqualTo(6);
    Tensor none = Tensor.full(labels.shape(), 255);
    assertThat(loss(y, none, 1)).isZero();
  }

  private static float loss(Tensor y, Tensor labels, float weight) {
    Value value =
        new PixelCrossEntropy(255)
            .of(
                List.of(Source.Input.sample(0, y.shape())),
                List.of(
                    Source.Input.sample(1, labels.shape()),
                    Source.Input.sample(2, labels.shape())));
    Tensor weights = Tensor.full(labels.shape(), weight);
    return new Eager(Engine.ofThreads(1)).evaluate(value, y, labels, weights).item();
  }

  private static float plain(Tensor y, Tensor labels) {
    Value value =
        Losses.crossEntropy()
            .ignore(255)
            .of(Source.Input.sample(0, y.shape()), Source.Input.sample(1, labels.shape()));
    return new Eager(Engine.ofThreads(1)).evaluate(value, y, labels).item();
  }
}
