package dev.fovea.insight.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.insight.testing.Engines;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rows of numbers as points. */
final class EmbedTest {

  /** An ellipse along the axes, half-axes 3, 2 and 1: variances ∝ 9, 4, 1; the axes themselves. */
  @Test
  void componentsOfAnEllipseAreItsAxes() {
    Tensor t = Tensor.zeros(Shape.of(6, 3));
    for (int i = 0; i < 6; i++) {
      t.data()[i * 3 + i / 2] = (i % 2 == 0 ? 1 : -1) * (3 - i / 2) + 0f;
    }
    Pca pca = Pca.of(t, 3);
    assertThat(pca.components().data()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
    assertThat(pca.variances()).containsExactly(18 / 5.0, 8 / 5.0, 2 / 5.0);
  }

  /** Along the first axis of the ellipse all is known, along the others the mean. */
  @Test
  void whatIsNotAlongAComponentIsLost() {
    Tensor t = Tensor.of(Shape.of(4, 2), 4, 1, -2, 1, 1, 2, 1, 0);
    Pca one = Pca.of(t, 1);
    assertThat(one.mean().data()).containsExactly(1, 1);
    assertThat(one.restored(t).data()).containsExactly(4, 1, -2, 1, 1, 1, 1, 1);
    assertThat(one.restored(Tensor.of(Shape.of(1, 2), 7, 9)).data()).containsExactly(7, 1);
    assertThatThrownBy(() -> one.restored(Tensor.zeros(Shape.of(1, 3))))
        .hasMessage("pca: rows of 2 numbers expected, got [1,3]");
  }

  @Test
  void variancesAddUpToTheTraceAndBothWaysAgree() {
    Tensor few = Engines.random(1, 40, 7);
    for (int i = 0; i < few.data().length; i++) {
      few.data()[i] *= 1 + i % 7;
    }
    double trace = 0;
    for (int j = 0; j < 7; j++) {
      double mean = 0;
      double squares = 0;
      for (int i = 0; i < 40; i++) {
        mean += few.get(i, j) / 40;
      }
      for (int i = 0; i < 40; i++) {
        squares += Math.pow(few.get(i, j) - mean, 2);
      }
      trace += squares / 39;
    }
    Pca pca = Pca.of(few, 7);
    double sum = pca.variances().stream().mapToDouble(v -> v).sum();
    assertThat(sum).isCloseTo(trace, within(1e-6 * trace));
    // 600 numbers of which but 7 vary take the other way to the same components.
    Tensor wide = Tensor.zeros(Shape.of(40, 600));
    for (int i = 0; i < few.data().length; i++) {
      wide.data()[i / 7 * 600 + i % 7 * 80] = few.data()[i];
    }
    Pca other = Pca.of(wide, 2);
    for (int c = 0; c < 2; c++) {
      assertThat(other.variances().get(c)).isCloseTo(pca.variances().get(c), within(1e-6));
      for (int j = 0; j < 7; j++) {
        assertThat(other.components().get(c, j * 80))
            .isCloseTo(pca.components().get(c, j), within(1e-4f));
      }
    }
    assertThatThrownBy(() -> Pca.of(few, 8)).isInstanceOf(FoveaException.class);
  }

  @Test
  void entropiesAreThoseOfThePerplexityAndAllAddUpToOne() {
    try (Engine engine = Engine.ofThreads(2)) {
      Affinities p = Affinities.of(engine, Engines.random(2, 50, 6), 9);
      double sum = 0;
      for (int i = 0; i < 50; i++) {
        assertThat(p.entropy(i)).isCloseTo(Math.log(9), within(1e-5));
        for (int j = 0; j < 50; j++) {
          sum += p.p(i, j);
          assertThat(p.p(i, j)).isEqualTo(p.p(j, i));
        }
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void theGradientIsThatOfTheDivergence() {
    try (Engine engine = Engine.ofThreads(1)) {
      TSneGradient g = new TSneGradient(engine, Affinities.of(engine, Engines.random(2, 12, 4), 3));
      double[] y = new double[24];
      Rng rng = new Rng(5);
      for (int i = 0; i < 24; i++) {
        y[i] = rng.nextGaussian();
      }
      double[] gradient = g.of(y, 1);
      for (int i = 0; i < 24; i += 5) {
        double[] up = y.clone();
        double[] down = y.clone();
        up[i] += 1e-5;
        down[i] -= 1e-5;
        double[] _ = g.of(up, 1);
        double above = g.divergence();
        double[] _ = g.of(down, 1);
        assertThat(gradient[i]).isCloseTo((above - g.divergence()) / 2e-5, within(1e-7));
      }
    }
  }

  /**
   * Of these 200 digits scikit-learn 1.9's exact t-SNE with perplexity 20 reaches a divergence of
   * 1.059 and a trustworthiness (Venna and Kaski, 2001) of 0.805 for 5 neighbours.
   */
  @Test
  void digitsKeepTheirNeighboursAsWellAsScikitLearns() {
    Tensor digits = Tensor.zeros(Shape.of(200, 784));
    var data = Digits.load(Seed.of(1), 10, 200).test();
    for (int i = 0; i < 200; i++) {
      System.arraycopy(data.input(i, Seed.of(0)).data(), 0, digits.data(), i * 784, 784);
    }
    try (Engine two = Engine.ofThreads(2)) {
      List<Integer> shown = new ArrayList<>();
      TSne t = TSne.of(two, digits, 20, 1000, (points, step) -> shown.add(step));
      assertThat(shown).startsWith(10, 20).endsWith(1000);
      assertThat(t.divergences().getLast()).isLessThan(1.15);
      assertThat(t.divergences().getFirst()).isGreaterThan(2);
      assertThat(trustworthiness(digits, t.points(), 5)).isGreaterThan(0.79);
    }
  }

  /** A bent sheet in seven dimensions is flat: its neighbours can all be kept. */
  @Test
  void aBentSheetIsFlattenedWithTheSameBitsOnAnyThreads() {
    Tensor sheet = Tensor.zeros(Shape.of(150, 7));
    Rng rng = new Rng(3);
    for (int i = 0; i < 150; i++) {
      double u = rng.nextDouble();
      double v = rng.nextDouble();
      double[] bent = {u, v, u * u, v * v, Math.sin(2 * u), Math.cos(2 * v), u * v};
      for (int j = 0; j < 7; j++) {
        sheet.data()[i * 7 + j] = (float) bent[j];
      }
    }
    try (Engine two = Engine.ofThreads(2);
        Engine one = Engine.ofThreads(1)) {
      TSne t = TSne.of(two, sheet, 15, 600, (points, step) -> {});
      assertThat(trustworthiness(sheet, t.points(), 5)).isGreaterThan(0.95);
      assertThat(TSne.of(one, sheet, 15, 600, (points, step) -> {}).points().data())
          .isEqualTo(t.points().data());
      assertThatThrownBy(() -> TSne.of(two, sheet, 100, 600, (points, step) -> {}))
          .hasMessageContaining("a perplexity of 1 to N/3");
    }
  }

  /** 1 − 2/(N k (2N − 3k − 1)) · Σ over new neighbours of (rank in the data − k). */
  private static double trustworthiness(Tensor data, Tensor points, int k) {
    int n = data.shape().dim(0);
    long sum = 0;
    for (int i = 0; i < n; i++) {
      List<Integer> before = neighbours(data, i);
      for (int j : neighbours(points, i).subList(0, k)) {
        sum += Math.max(0, before.indexOf(j) + 1 - k);
      }
    }
    return 1 - 2.0 / (n * (double) k * (2 * n - 3 * k - 1)) * sum;
  }

  private static List<Integer> neighbours(Tensor rows, int i) {
    int d = rows.shape().dim(1);
    double[] away = new double[rows.shape().dim(0)];
    for (int j = 0; j < away.length; j++) {
      for (int x = 0; x < d; x++) {
        away[j] += Math.pow(rows.data()[i * d + x] - rows.data()[j * d + x], 2);
      }
    }
    return IntStream.range(0, away.length)
        .filter(j -> j != i)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> away[j]))
        .toList();
  }
}
