package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** More losses against their formulas in double precision, row by row; 5 rows of 7 outputs. */
final class FurtherLossesTest {
  private static final int N = 5;
  private static final int C = 7;
  private static final double[] WEIGHTS = {1, 0.5, 2, 0.25, 1, 3, 0.1};

  static Stream<LossesTest.Case> cases() {
    Tensor labels = Tensor.of(Shape.of(N), 0, 6, 3, 3, 1);
    Rng rng = Seed.of(4).rng();
    Tensor rows = Tensor.zeros(Shape.of(N, C));
    Tensor bits = Tensor.zeros(Shape.of(N, C));
    Tensor signs = Tensor.zeros(Shape.of(N, C));
    for (int i = 0; i < rows.data().length; i++) {
      rows.data()[i] = rng.nextFloat() / 3.5f;
      bits.data()[i] = rng.nextInt(2);
      signs.data()[i] = 2 * rng.nextInt(2) - 1;
    }
    float[] w = new float[C];
    for (int i = 0; i < C; i++) {
      w[i] = (float) WEIGHTS[i];
    }
    return Stream.of(
        of(Losses.crossEntropy().weights(w), labels, (y, t) -> entropy(y, t, 0, WEIGHTS, -1)),
        of(Losses.crossEntropy().ignore(3), labels, (y, t) -> entropy(y, t, 0, null, 3)),
        of(
            Losses.crossEntropy().weights(w).ignore(6).labelSmoothing(0.2),
            labels,
            (y, t) -> entropy(y, t, 0.2, WEIGHTS, 6)),
        of(Losses.binaryCrossEntropy(2.5), bits, (y, t) -> mean(y, t, FurtherLossesTest::weighed)),
        of(Losses.binaryFocal(0.25, 2), bits, (y, t) -> mean(y, t, FurtherLossesTest::focal)),
        of(Losses.focal(1.5), labels, FurtherLossesTest::focalOfClasses),
        of(Losses.dice(), bits, (y, t) -> overlap(sigmoid(y), t, false)),
        of(Losses.jaccard(), bits, (y, t) -> overlap(sigmoid(y), t, true)),
        of(Losses.diceOfClasses(), labels, (y, t) -> overlap(softmax(y), oneHot(t), false)),
        of(Losses.jaccardOfClasses(), labels, (y, t) -> overlap(softmax(y), oneHot(t), true)),
        of(Losses.huber(1.5), rows, (y, t) -> mean(y, t, FurtherLossesTest::huber)),
        of(Losses.hinge(), signs, (y, t) -> mean(y, t, (a, b) -> Math.max(0, 1 - a * b))),
        of(
            Losses.squaredHinge(),
            signs,
            (y, t) -> mean(y, t, (a, b) -> Math.pow(Math.max(0, 1 - a * b), 2))),
        of(Losses.hingeOfClasses(1), labels, FurtherLossesTest::hingeOfClasses),
        of(Losses.klDivergence(), rows, FurtherLossesTest::divergence),
        of(Losses.cosine(), rows, FurtherLossesTest::cosine),
        of(Losses.triplet(2), groups(), FurtherLossesTest::triplet),
        of(Losses.contrastive(9), groups(), FurtherLossesTest::contrastive));
  }

  private static Tensor groups() {
    return Tensor.of(Shape.of(N), 12, 40, 12, 40, 3);
  }

  private interface Formula {
    double of(double[] y, double[] t);
  }

  private interface Pair {
    double of(double y, double t);
  }

  private static LossesTest.Case of(Loss loss, Tensor target, Formula formula) {
    return new LossesTest.Case(loss, target, formula::of);
  }

  private static double mean(double[] y, double[] t, Pair f) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += f.of(y[i], t[i]);
    }
    return sum / y.length;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] sigmoid(double[] y) {
    return Arrays.stream(y).map(FurtherLossesTest::sigmoid).toArray();
  }

  private static double[] softmax(double[] y) {
    double[] p = new double[y.length];
    for (int r = 0; r < N; r++) {
      double sum = 0;
      for (int c = 0; c < C; c++) {
        sum += Math.exp(y[r * C + c]);
      }
      for (int c = 0; c < C; c++) {
        p[r * C + c] = Math.exp(y[r * C + c]) / sum;
      }
    }
    return p;
  }

  private static double[] oneHot(double[] labels) {
    double[] t = new double[N * C];
    for (int r = 0; r < N; r++) {
      t[r * C + (int) labels[r]] = 1;
    }
    return t;
  }

  private static double entropy(
      double[] y, double[] t, double smoothing, double @Nullable [] w, int ignored) {
    double[] p = softmax(y);
    double total = 0;
    double all = 0;
    for (int r = 0; r < N; r++) {
      int label = (int) t[r];
      if (label == ignored) {
        continue;
      }
      for (int c = 0; c < C; c++) {
        double wanted = smoothing / C + (c == label ? 1 - smoothing : 0);
        total -= wanted * (w == null ? 1 : w[c]) * Math.log(p[r * C + c]);
      }
      all += w == null ? 1 : w[label];
    }
    return total / all;
  }

  private static double weighed(double y, double t) {
    double p = sigmoid(y);
    return -2.5 * t * Math.log(p) - (1 - t) * Math.log(1 - p);
  }

  private static double focal(double y, double t) {
    double p = t == 1 ? sigmoid(y) : 1 - sigmoid(y);
    return -(t == 1 ? 0.25 : 0.75) * (1 - p) * (1 - p) * Math.log(p);
  }

  private static double focalOfClasses(double[] y, double[] t) {
    double[] p = softmax(y);
    double sum = 0;
    for (int r = 0; r < N; r++) {
      double own = p[r * C + (int) t[r]];
      sum -= Math.pow(1 - own, 1.5) * Math.log(own);
    }
    return sum / N;
  }

  /** The outputs [N, C] are N samples of one place and C channels. */
  private static double overlap(double[] p, double[] t, boolean jaccard) {
    return mean(
        p,
        t,
        (a, b) ->
            1 - (jaccard ? (a * b + 1) / (a + b - a * b + 1) : (2 * a * b + 1) / (a + b + 1)));
  }

  private static double huber(double y, double t) {
    double d = Math.abs(y - t);
    return d <= 1.5 ? d * d / 2 : 1.5 * (d - 0.75);
  }

  private static double hingeOfClasses(double[] y, double[] t) {
    double sum = 0;
    for (int r = 0; r < N; r++) {
      for (int c = 0; c < C; c++) {
        sum += c == t[r] ? 0 : Math.max(0, 1 - y[r * C + (int) t[r]] + y[r * C + c]);
      }
    }
    return sum / (N * C);
  }

  private static double divergence(double[] y, double[] t) {
    double[] p = softmax(y);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += t[i] * (Math.log(t[i]) - Math.log(p[i]));
    }
    return sum / N;
  }

  private static double cosine(double[] y, double[] t) {
    double sum = 0;
    for (int r = 0; r < N; r++) {
      double product = 0;
      double a = 0;
      double b = 0;
      for (int i = r * C; i < r * C + C; i++) {
        product += y[i] * t[i];
        a += y[i] * y[i];
        b += t[i] * t[i];
      }
      sum += 1 - product / Math.sqrt(a * b);
    }
    return sum / N;
  }

  private static double distance(double[] y, int i, int j) {
    double sum = 0;
    for (int c = 0; c < C; c++) {
      sum += Math.pow(y[i * C + c] - y[j * C + c], 2);
    }
    return Math.sqrt(sum);
  }

  private static double triplet(double[] y, double[] t) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      double far = 0;
      double near = Double.POSITIVE_INFINITY;
      for (int j = 0; j < N; j++) {
        far = t[i] == t[j] ? Math.max(far, distance(y, i, j)) : far;
        near = t[i] == t[j] ? near : Math.min(near, distance(y, i, j));
      }
      // Distances are never 0 here: a row of its own label alone has none.
      sum += far == 0 ? 0 : Math.max(0, 2 + far - near);
    }
    return sum / N;
  }

  private static double contrastive(double[] y, double[] t) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        double d = distance(y, i, j);
        double apart = Math.pow(Math.max(0, 9 - d), 2);
        sum += i == j ? 0 : t[i] == t[j] ? d * d : apart;
      }
    }
    return sum / (N * (N - 1));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valueAndGradientAreTheFormulas(LossesTest.Case c) {
    new LossesTest().valueAndGradientAreTheFormulas(c);
  }

  @Test
  void overlapIsCountedPerSampleAndChannelOverAllPlaces() {
    Value y = Source.Input.sample(0, Shape.of(1, 2, 1, 2));
    Value t = Source.Input.sample(1, y.shape());
    Value loss = Losses.dice().of(y, t);
    // Channel 0: p ½ and ½, t 1 and 0; channel 1: p ½ and ½, t 1 and 1.
    Tensor masks = Tensor.of(y.shape(), 1, 1, 0, 1);
    double expected = (1 - (2 * 0.5 + 1) / (2.0 + 1) + 1 - (2 * 1.0 + 1) / (3.0 + 1)) / 2;
    assertThat((double) eager().evaluate(loss, Tensor.zeros(y.shape()), masks).item())
        .isCloseTo(expected, within(1e-6));
  }

  @Test
  void nothingButIgnoredLabelsCostsNothing() {
    Value y = Source.Input.sample(0, Shape.of(2, 3));
    Value t = Source.Input.sample(1, Shape.of(2));
    Value loss = Losses.crossEntropy().ignore(255).of(y, t);
    assertThat(eager().evaluate(loss, Tensor.zeros(y.shape()), Tensor.full(t.shape(), 255)).item())
        .isZero();
  }

  @Test
  void distancesOfLongVectorsAreExact() {
    Value y = Source.Input.sample(0, Shape.of(2, 4));
    Value t = Source.Input.sample(1, Shape.of(2));
    Tensor near = Tensor.full(y.shape(), 100);
    near.data()[5] = 100.0625f;
    assertThat(
            (double)
                eager()
                    .evaluate(Losses.contrastive(1).of(y, t), near, Tensor.zeros(t.shape()))
                    .item())
        .isCloseTo(0.0625 * 0.0625, within(1e-8));
  }

  static Stream<Arguments> extremes() {
    Tensor labels = Tensor.of(Shape.of(4), 0, 0, 2, 2);
    Tensor none = Tensor.zeros(Shape.of(4, 3));
    Tensor all = Tensor.full(Shape.of(4, 3), 1);
    return Stream.of(
        arguments(Losses.crossEntropy(), labels),
        arguments(Losses.focal(2), labels),
        arguments(Losses.focal(0.5), labels),
        arguments(Losses.binaryFocal(0.25, 2), none),
        arguments(Losses.binaryFocal(0.25, 2), all),
        arguments(Losses.binaryCrossEntropy(), all),
        arguments(Losses.dice(), none),
        arguments(Losses.jaccard(), none),
        arguments(Losses.diceOfClasses(), labels),
        arguments(Losses.cosine(), none),
        arguments(Losses.triplet(1), Tensor.zeros(Shape.of(4))),
        arguments(Losses.triplet(1), labels),
        arguments(Losses.contrastive(1), labels));
  }

  /** Logits of ±100, rows that are equal, masks that are empty, batches of one label. */
  @ParameterizedTest
  @MethodSource("extremes")
  void extremesHaveFiniteLossesAndGradients(Loss loss, Tensor target) {
    Tensor y = Tensor.of(Shape.of(4, 3), 100, -100, 0, 100, -100, 0, -100, 0, 100, 0, 0, 0);
    Value output = Source.Input.sample(0, y.shape());
    Value wanted = Source.Input.sample(1, target.shape());
    Value scalar = loss.of(output, wanted);
    assertThat(eager().evaluate(scalar, y, target).item()).isFinite();
    Value gradient = Autodiff.gradients(scalar, List.of(output), new Paths()).get(0);
    for (float g : eager().evaluate(gradient, y, target).data()) {
      assertThat(g).isFinite();
    }
  }

  private static Eager eager() {
    return new Eager(Engine.ofThreads(1));
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    refused(() -> Losses.huber(0), "huber: delta must be a positive number, got 0.0");
    refused(() -> Losses.focal(-1), "focal loss: gamma must be 0 or a positive number, got -1.0");
    refused(() -> Losses.binaryFocal(2, 2), "focal loss: alpha must be at most 1, got 2.0");
    refused(
        () -> Losses.crossEntropy().weights(1, -1),
        "cross-entropy: class weights must be at least 0, got -1.0");
    Value y = Source.Input.sample(1, Shape.of(2, 3));
    Value t = Source.Input.sample(1, Shape.of(2));
    refused(
        () -> Losses.crossEntropy().weights(1, 1).of(y, t),
        "cross-entropy: 2 class weights for 3 outputs");
  }

  private static void refused(Runnable r, String message) {
    assertThatThrownBy(r::run).isInstanceOf(FoveaException.class).hasMessage(message);
  }
}
