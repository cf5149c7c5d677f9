package dev.fovea.train;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Losses.meanSquaredError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private static final Tensor OUTPUT =
      Tensor.of(Shape.of(4, 3), 5, 1, 2, 0, 1, 2, 7, 7, 7, 1, 3, 2);

  private static double value(Metric m, Tensor output, Tensor target) {
    return value(m, plain(output), output, target);
  }

  /** Returns what an output of logits is by its shape. */
  private static Output plain(Tensor output) {
    return Output.of(Value.constant(output), Shape.of(1));
  }

  private static double value(Metric m, Output of, Tensor output, Tensor target) {
    double[] sums = new double[m.sums(of)];
    m.add(sums, of, output, target);
    return m.value(sums);
  }

  @Test
  void accuracyIsTheShareOfLargestOutputsThatAreRight() {
    Tensor labels = Tensor.of(Shape.of(4), 0, 2, 1, 2);
    assertThat(value(Metrics.accuracy(), OUTPUT, labels)).isEqualTo(0.5);
    Tensor rows = Tensor.of(Shape.of(4, 3), 1, 0, 0, 0, 0, 1, 0, .9f, .1f, 0, .4f, .6f);
    assertThat(value(Metrics.accuracy(), OUTPUT, rows)).isEqualTo(0.5);
  }

  @Test
  void topKLooksAtTheLargestK() {
    Tensor labels = Tensor.of(Shape.of(4), 2, 1, 1, 0);
    assertThat(value(Metrics.topK(1), OUTPUT, labels)).isZero();
    assertThat(value(Metrics.topK(2), OUTPUT, labels)).isEqualTo(0.75);
    assertThat(value(Metrics.topK(3), OUTPUT, labels)).isEqualTo(1);
    assertThat(Metrics.topK(5).name()).isEqualTo("top_5");
    assertThatThrownBy(() -> Metrics.topK(0)).isInstanceOf(FoveaException.class);
  }

  @Test
  void outputsThatAreNotNumbersAreNeverRight() {
    Tensor nan = Tensor.full(Shape.of(2, 3), Float.NaN);
    assertThat(value(Metrics.accuracy(), nan, Tensor.zeros(Shape.of(2)))).isZero();
  }

  @Test
  void singleOutputIsALogit() {
    Tensor output = Tensor.of(Shape.of(4, 1), -1, 2, 0.5f, -3);
    assertThat(value(Metrics.accuracy(), output, Tensor.of(Shape.of(4), 0, 1, 0, 0)))
        .isEqualTo(0.75);
  }

  @Test
  void everyPlaceOfASegmentationCounts() {
    Tensor output = Tensor.of(Shape.of(1, 1, 2, 2), 1, 0, 0, 1);
    assertThat(value(Metrics.accuracy(), output, Tensor.of(Shape.of(1, 1, 2), 0, 0)))
        .isEqualTo(0.5);
  }

  @Test
  void distances() {
    Tensor y = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
    Tensor t = Tensor.of(Shape.of(2, 2), 1, 4, 0, 4);
    assertThat(value(Metrics.meanAbsoluteError(), y, t)).isEqualTo(5 / 4.0);
    assertThat(value(Metrics.rootMeanSquaredError(), y, t)).isEqualTo(Math.sqrt(13 / 4.0));
    assertThat(Metrics.meanAbsoluteError().higherIsBetter()).isFalse();
    assertThatThrownBy(() -> value(Metrics.meanAbsoluteError(), y, Tensor.zeros(Shape.of(2))))
        .isInstanceOf(FoveaException.class);
  }

  /**
   * Precision, recall and F1 by hand: class 0 has 2 of 3 taken rightly, 1 taken wrongly for it. Of
   * class 2 there is nothing: 0 of 0 is no number, and the mean is that of the others.
   */
  @Test
  void confusionMatrixHasPrecisionRecallAndF1() {
    ConfusionMatrix m =
        ConfusionMatrix.of(new long[][] {{2, 1, 0}, {1, 4, 0}, {0, 0, 0}}, List.of("cat", "dog"));
    assertThat(m.accuracy()).isEqualTo(6 / 8.0);
    assertThat(m.precision(0)).isEqualTo(2 / 3.0);
    assertThat(m.recall(1)).isEqualTo(4 / 5.0);
    assertThat(m.f1(1)).isEqualTo(4 / 5.0);
    assertThat(new double[] {m.precision(2), m.recall(2), m.f1(2), m.iou(2)})
        .containsOnly(Double.NaN);
    assertThat(m.macroF1()).isCloseTo((2 / 3.0 + 0.8) / 2, within(1e-12));
    ConfusionMatrix never = ConfusionMatrix.of(new long[][] {{3, 0}, {1, 0}}, List.of());
    assertThat(never.precision(1)).isNaN();
    assertThat(never.recall(1)).isZero();
    assertThat(never.f1(1)).isZero();
    assertThat(m.label(0)).isEqualTo("cat");
    assertThat(m.label(2)).isEqualTo("2");
  }

  /** A network whose one logit is x itself, on x from −1 to 1 with the right class 1 for x ≥ 0. */
  @Test
  void confusionMatrixOfAModel() {
    Model model = Model.build(dense(1), Shape.of(1), Seed.of(1), Engine.ofThreads(1));
    model.parameters().set("dense.weight", Tensor.full(Shape.of(1, 1), 1));
    Dataset data = new TrainFixtures.Line(5, x -> x >= 0 ? 1 : 0);
    ConfusionMatrix m = ConfusionMatrix.of(model, data);
    assertThat(m.count(0, 0)).isEqualTo(2);
    assertThat(m.count(1, 1)).isEqualTo(2);
    assertThat(m.count(1, 0)).isEqualTo(1); // x = 0 is not above 0
    assertThat(m.classes()).isEqualTo(2);
  }

  /** The mean over all samples, whatever the batches; here of (w·x + b − t)² by hand. */
  @Test
  void evaluationIsTheMeanOverSamples() {
    Model model = Model.build(dense(1), Shape.of(1), Seed.of(1), Engine.ofThreads(1));
    model.parameters().set("dense.weight", Tensor.full(Shape.of(1, 1), 2));
    Dataset data = new TrainFixtures.Line(5, x -> 1);
    double mean = 0;
    for (double x = -1; x <= 1; x += 0.5) {
      mean += (2 * x - 1) * (2 * x - 1) / 5;
    }
    for (int batch = 1; batch <= 6; batch++) {
      Scores s =
          Evaluator.of(model, meanSquaredError())
              .metrics(Metrics.meanAbsoluteError())
              .batchSize(batch)
              .evaluate(data);
      assertThat(s.loss()).isCloseTo(mean, within(1e-6));
      assertThat(s.metric("mean_absolute_error")).isCloseTo(7 / 5.0, within(1e-6));
    }
    assertThatThrownBy(() -> new Scores(1, Map.of()).metric("accuracy"))
        .hasMessage("no metric accuracy; there are []");
  }

  @Test
  void evaluationSeesParametersThatChanged() {
    Model model = Model.build(dense(1), Shape.of(1), Seed.of(1), Engine.ofThreads(1));
    Evaluator e = Evaluator.of(model, meanSquaredError());
    Dataset data = new TrainFixtures.Line(5, x -> x);
    e.evaluate(data);
    model.parameters().set("dense.weight", Tensor.full(Shape.of(1, 1), 1));
    assertThat(e.evaluate(data).loss()).isZero();
  }
}
