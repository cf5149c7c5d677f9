package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses against their formulas in double precision, gradients against differences of these. */
final class LossesTest {
  private static final Eager EAGER = new Eager(Engine.ofThreads(1));
  private static final int N = 5;
  private static final int CLASSES = 7;

  /** A loss with its formula on outputs and targets. */
  record Case(Loss loss, Tensor target, ToDoubleBiFunction<double[], double[]> formula) {
    @Override
    public String toString() {
      return loss.name();
    }
  }

  static Stream<Case> cases() {
    Rng rng = Seed.of(4).rng();
    Tensor labels = Tensor.of(Shape.of(N), 0, 6, 3, 3, 1);
    Tensor rows = Tensor.zeros(Shape.of(N, CLASSES));
    Tensor unit = Tensor.zeros(Shape.of(N, CLASSES));
    for (int i = 0; i < rows.data().length; i++) {
      rows.data()[i] = rng.nextFloat() / 3.5f;
      unit.data()[i] = i % 4 == 0 ? i / 4 % 2 : rng.nextFloat();
    }
    return Stream.of(
        new Case(Losses.crossEntropy(), labels, (y, t) -> entropy(y, oneHot(t, 0))),
        new Case(
            Losses.crossEntropy().labelSmoothing(0.1),
            labels,
            (y, t) -> entropy(y, oneHot(t, 0.1))),
        new Case(Losses.crossEntropyOfDistribution(), rows, LossesTest::entropy),
        new Case(
            Losses.crossEntropyOfDistribution(0.1),
            rows,
            (y, t) -> entropy(y, Arrays.stream(t).map(v -> 0.9 * v + 0.1 / CLASSES).toArray())),
        new Case(
            Losses.meanSquaredError(), rows, (y, t) -> mean(y, t, (a, b) -> (a - b) * (a - b))),
        new Case(Losses.meanAbsoluteError(), rows, (y, t) -> mean(y, t, (a, b) -> Math.abs(a - b))),
        new Case(
            Losses.binaryCrossEntropy(),
            unit,
            (y, t) -> mean(y, t, (a, b) -> Math.log1p(Math.exp(a)) - a * b)));
  }

  private static double entropy(double[] y, double[] t) {
    double sum = 0;
    for (int r = 0; r < N; r++) {
      double exp = 0;
      for (int c = 0; c < CLASSES; c++) {
        exp += Math.exp(y[r * CLASSES + c]);
      }
      for (int c = 0; c < CLASSES; c++) {
        sum -= t[r * CLASSES + c] * (y[r * CLASSES + c] - Math.log(exp));
      }
    }
    return sum / N;
  }

  private static double[] oneHot(double[] labels, double smoothing) {
    double[] t = new double[N * CLASSES];
    for (int i = 0; i < t.length; i++) {
      t[i] = smoothing / CLASSES + (i % CLASSES == (int) labels[i / CLASSES] ? 1 - smoothing : 0);
    }
    return t;
  }

  private static double mean(double[] y, double[] t, ToDoubleBiFunction<Double, Double> f) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += f.applyAsDouble(y[i], t[i]);
    }
    return sum / y.length;
  }

  private static Tensor outputs() {
    Tensor y = Tensor.zeros(Shape.of(N, CLASSES));
    Rng rng = Seed.of(5).rng();
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = rng.nextFloat(-4, 4);
    }
    return y;
  }

  private static double[] doubles(Tensor t) {
    double[] d = new double[t.data().length];
    for (int i = 0; i < d.length; i++) {
      d[i] = t.data()[i];
    }
    return d;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valueAndGradientAreTheFormulas(Case c) {
    Tensor y = outputs();
    Value output = Source.Input.sample(0, y.shape());
    assertThat(c.loss.target(y.shape())).isEqualTo(c.target.shape());
    Value target = Source.Input.sample(1, c.target.shape());
    Value loss = c.loss.of(output, target);
    assertThat(loss.shape()).isEqualTo(Shape.scalar());
    double[] yd = doubles(y);
    double[] td = doubles(c.target);
    double expected = c.formula.applyAsDouble(yd, td);
    assertThat((double) EAGER.evaluate(loss, y, c.target).item())
        .isCloseTo(expected, within(2e-6 * (1 + Math.abs(expected))));
    Value gradient = Autodiff.gradients(loss, List.of(output), new Paths()).get(0);
    float[] g = EAGER.evaluate(gradient, y, c.target).data();
    for (int i = 0; i < yd.length; i++) {
      double h = 1e-6;
      double was = yd[i];
      yd[i] = was + h;
      double up = c.formula.applyAsDouble(yd, td);
      yd[i] = was - h;
      double down = c.formula.applyAsDouble(yd, td);
      yd[i] = was;
      assertThat((double) g[i]).isCloseTo((up - down) / (2 * h), within(2e-6));
    }
  }

  @Test
  void uniformLogitsCostTheLogarithmOfTheClasses() {
    Value y = Source.Input.sample(0, Shape.of(2, 10));
    Value t = Source.Input.sample(1, Shape.of(2));
    Tensor loss =
        EAGER.evaluate(
            Losses.crossEntropy().of(y, t), Tensor.zeros(y.shape()), Tensor.of(t.shape(), 3, 9));
    assertThat(loss.item()).isCloseTo((float) Math.log(10), within(1e-6f));
  }

  @Test
  void largeLogitsStayFinite() {
    Value y = Source.Input.sample(0, Shape.of(1, 2));
    Tensor x = Tensor.of(y.shape(), 1e4f, -1e4f);
    Value t = Source.Input.sample(1, Shape.of(1));
    assertThat(EAGER.evaluate(Losses.crossEntropy().of(y, t), x, Tensor.of(t.shape(), 1)).item())
        .isEqualTo(2e4f);
    Value both = Source.Input.sample(1, Shape.of(1, 2));
    Tensor ones = Tensor.full(y.shape(), 1);
    assertThat(EAGER.evaluate(Losses.binaryCrossEntropy().of(y, both), x, ones).item())
        .isEqualTo(5e3f);
  }

  /** −log of the probability that the target had; probabilities 0 and 1 stay finite. */
  @Test
  void binaryCrossEntropyOfProbabilities() {
    Value y = Source.Input.sample(0, Shape.of(2));
    Value t = Source.Input.sample(1, Shape.of(2));
    Value loss = Losses.binaryCrossEntropyOfProbabilities().of(y, t);
    Tensor targets = Tensor.of(Shape.of(2), 1, 0);
    assertThat(EAGER.evaluate(loss, Tensor.of(Shape.of(2), 0.25f, 0.5f), targets).item())
        .isCloseTo((float) ((Math.log(4) + Math.log(2)) / 2), within(1e-6f));
    assertThat(EAGER.evaluate(loss, Tensor.of(Shape.of(2), 0, 1), targets).item()).isFinite();
  }

  @Test
  void smoothingOutsideItsRangeIsRefused() {
    assertThatThrownBy(() -> Losses.crossEntropy().labelSmoothing(1))
        .isInstanceOf(FoveaException.class)
        .hasMessage("cross-entropy: label smoothing must be in [0, 1), got 1.0");
  }
}
