package dev.fovea.studio.state;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.prelu;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The numbers of a unit add up to what its layer computes. */
final class UnitArithmeticTest {
  private static final Model NET =
      Model.build(
          sequence(
              conv2d(12, 3).padding(1),
              relu(),
              conv2d(4, 3, 2).stride(2, 1).padding(2, 1, 0, 1).dilation(2, 1),
              conv2d(4, 1).groups(2)),
          Shape.of(9, 8, 3),
          Seed.of(3),
          Engine.shared());
  private static final OpenModel OPEN = OpenModel.of("", "", NET, OpenModel.rule(NET));

  private static final LayerWatch WATCH = new LayerWatch();

  private static Tensor input() {
    Rng rng = new Rng(7);
    Tensor x = Tensor.zeros(NET.inputs().getFirst());
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = rng.nextInt(100) / 50f - 1;
    }
    return x;
  }

  private static double value(String path, int channel, int row, int column) {
    Tensor x = input();
    Tensor maps =
        Objects.requireNonNull(NET.observe(path).of(x.reshape(x.shape().prepend(1))).get(path));
    Shape s = maps.shape();
    return maps.data()[(row * s.dim(2) + column) * s.dim(3) + channel];
  }

  /** Σ x · w over the window with its dilation, plus the bias. */
  private static double sum(UnitArithmetic a) {
    Shape w = a.weight().shape();
    double sum = a.bias();
    for (int i = 0; i < a.weight().data().length; i++) {
      int tap = i / w.dim(2);
      int y = tap / w.dim(1) * a.dilationHeight();
      int x = tap % w.dim(1) * a.dilationWidth();
      sum +=
          (double) a.weight().data()[i]
              * a.x().data()[(y * a.width() + x) * w.dim(2) + i % w.dim(2)];
    }
    return sum;
  }

  @Test
  void itsSumIsWhatTheLayerComputes() {
    UnitArithmetic first = UnitArithmetic.of(OPEN, WATCH, input(), "0", 5, 0, 7);
    assertThat(sum(first)).isCloseTo(value("0", 5, 0, 7), within(1e-5));
    UnitArithmetic rectified = UnitArithmetic.of(OPEN, WATCH, input(), "1", 5, 0, 7);
    assertThat(Math.max(0, sum(rectified))).isCloseTo(value("1", 5, 0, 7), within(1e-5));
    UnitArithmetic grouped = UnitArithmetic.of(OPEN, WATCH, input(), "3", 3, 1, 2);
    assertThat(grouped.all()).isEqualTo(2);
    assertThat(sum(grouped)).isCloseTo(value("3", 3, 1, 2), within(1e-5));
  }

  /** Eight of twelve channels are shown; the sum is that of all. */
  @Test
  void ofManyChannelsThoseThatCountMostAreShown() {
    for (int row = 0; row < 3; row++) {
      UnitArithmetic a = UnitArithmetic.of(OPEN, WATCH, input(), "2", 2, row, 1);
      assertThat(a.x().shape()).isEqualTo(Shape.of(5, 2, 8));
      assertThat(a.all()).isEqualTo(12);
      assertThat(a.sum()).isCloseTo(value("2", 2, row, 1), within(1e-5));
    }
  }

  @Test
  void refusesWhatIsNoConvolution() {
    assertThatThrownBy(() -> UnitArithmetic.of(OPEN, WATCH, input(), "0", 5, 9, 0))
        .isInstanceOf(FoveaException.class)
        .hasMessage("unit: no channel 5 at row 9, column 0 of [9,8,12]");
    assertThatThrownBy(() -> UnitArithmetic.of(OPEN, WATCH, input(), "x", 0, 0, 0))
        .hasMessage("unit: x is no layer with places");
    Model wide =
        Model.build(
            sequence(conv2d(2, 4).dilation(8)), Shape.of(30, 30, 3), Seed.of(3), Engine.shared());
    OpenModel far = OpenModel.of("", "", wide, OpenModel.rule(wide));
    assertThatThrownBy(() ->
            UnitArithmetic.of(far, WATCH, Tensor.zeros(wide.inputs().getFirst()), "0", 0, 0, 0))
        .hasMessage(
            "unit: the window of 0 is 25 × 25 × 3; at most 24 a side and 4096 numbers are shown");
    Model sloped =
        Model.build(
            sequence(conv2d(5, 3), prelu()), Shape.of(9, 8, 3), Seed.of(3), Engine.shared());
    OpenModel open = OpenModel.of("", "", sloped, OpenModel.rule(sloped));
    assertThatThrownBy(() -> UnitArithmetic.of(open, WATCH, input(), "1", 4, 0, 0))
        .hasMessage("unit: 1 is no convolution with weights of its own");
  }
}
