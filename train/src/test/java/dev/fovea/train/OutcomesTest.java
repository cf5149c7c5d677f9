package dev.fovea.train;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Augmentation;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Folds;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures of classifiers against their definitions. */
final class OutcomesTest {
  private static Model model() {
    return Model.build(
        sequence(flatten(), dense(4)), TrainFixtures.IMAGE, Seed.of(7), Engine.ofThreads(1));
  }

  /** The area is how often a positive is above a negative, ties counting half. */
  @Test
  void areaUnderTheCurveCountsPairs() {
    Rng rng = Seed.of(3).rng();
    double[] scores = new double[60];
    boolean[] positive = new boolean[60];
    for (int i = 0; i < 60; i++) {
      positive[i] = rng.nextInt(3) == 0;
      scores[i] = rng.nextInt(8) + (positive[i] ? 2 : 0);
    }
    double pairs = 0;
    double above = 0;
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 60; j++) {
        if (positive[i] && !positive[j]) {
          pairs++;
          above += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    RocCurve curve = RocCurve.of(scores, positive);
    assertThat(curve.area()).isCloseTo(above / pairs, within(1e-12));
    assertThat(curve.points().getFirst().truePositives()).isZero();
    assertThat(curve.points().getLast().falsePositives()).isEqualTo(1);
    assertThatThrownBy(() -> RocCurve.of(new double[] {1}, new boolean[] {true}))
        .isInstanceOf(FoveaException.class)
        .hasMessage("ROC curve: needs samples of the class and others, got 1 and 0");
  }

  /** Of ten negatives one is above 0.6: a specificity of exactly 9/10, which 1 - 0.9 rounds off. */
  @Test
  void sensitivityAtASpecificityThatIsMetExactly() {
    double[] scores = {0.9, 0.6, 0.7, 0.5, 0.4, 0.3, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1};
    boolean[] positive = new boolean[12];
    positive[0] = true;
    positive[1] = true;
    assertThat(RocCurve.of(scores, positive).sensitivityAt(0.9)).isEqualTo(1);
    assertThat(RocCurve.of(scores, positive).sensitivityAt(0.95)).isEqualTo(0.5);
  }

  private static Outcomes three() {
    float[][] p = {{0.9f, 0.1f, 0}, {0.6f, 0.3f, 0.1f}, {0.2f, 0.25f, 0.55f}, {0.1f, 0.8f, 0.1f}};
    return Outcomes.of(p, new int[] {0, 1, 2, 0}, List.of("a", "b"));
  }

  @Test
  void figuresOfFourSamples() {
    Outcomes o = three();
    assertThat(o.topK(1)).isEqualTo(0.5);
    assertThat(o.topK(2)).isEqualTo(1.0);
    assertThat(o.logLoss())
        .isCloseTo(
            -(Math.log(0.9) + Math.log(0.3) + Math.log(0.55) + Math.log(0.1)) / 4, within(1e-6));
    assertThat(o.confusion().count(1, 0)).isEqualTo(1);
    assertThat(o.confusion().count(2, 2)).isEqualTo(1);
    assertThat(o.name(2)).isEqualTo("2");
    // Class 0: its samples have 0.9 and 0.1, the others 0.6 and 0.2; 2 of 4 pairs are in order.
    assertThat(o.roc(0).area()).isEqualTo(0.5);
    assertThat(o.roc(2).area()).isEqualTo(1);
    assertThat(o.meanAuc()).isCloseTo((0.5 + o.roc(1).area() + 1) / 3, within(1e-12));
  }

  /** Largest probabilities 0.9, 0.6, 0.55, 0.8: right, wrong, right, wrong. */
  @Test
  void calibrationComparesConfidenceAndAccuracy() {
    Calibration c = three().calibration(2);
    assertThat(c.bins().get(0).count()).isZero();
    assertThat(c.bins().get(1).confidence()).isCloseTo(2.85 / 4, within(1e-6));
    assertThat(c.bins().get(1).accuracy()).isEqualTo(0.5);
    assertThat(c.expectedError()).isCloseTo(2.85 / 4 - 0.5, within(1e-6));
    Calibration fine = three().calibration(7);
    double expected = (Math.abs(1 - 0.9) + Math.abs(0 - 0.6) + Math.abs(1 - 0.55) + 0.8) / 4;
    assertThat(fine.expectedError()).isCloseTo(expected, within(1e-6));
    assertThat(fine.largestError()).isCloseTo(0.8, within(1e-6));
  }

  /**
   * Labels drawn from the softmax of logits; told at triple strength, the temperature is near 3.
   */
  @Test
  void temperatureUndoesOverconfidence() {
    Rng rng = Seed.of(5).rng();
    int n = 4000;
    float[][] p = new float[n][];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      double x = rng.nextGaussian(1.5);
      double truth = 1 / (1 + Math.exp(-x));
      labels[i] = rng.nextDouble() < truth ? 1 : 0;
      float told = (float) (1 / (1 + Math.exp(-3 * x)));
      p[i] = new float[] {1 - told, told};
    }
    Outcomes o = Outcomes.of(p, labels, List.of());
    double t = o.bestTemperature();
    assertThat(t).isBetween(2.6, 3.4);
    assertThat(o.tempered(t).logLoss()).isLessThan(o.logLoss());
    assertThat(o.tempered(t).calibration(10).expectedError())
        .isLessThan(o.calibration(10).expectedError() / 2);
    assertThat(o.tempered(t).topK(1)).isEqualTo(o.topK(1));
  }

  @Test
  void outcomesOfAModelAreItsPredictions() {
    Model model = model();
    Quarters data = new Quarters(300, 1);
    Outcomes o = Outcomes.of(model, data);
    assertThat(o.size()).isEqualTo(300);
    assertThat(o.topK(1)).isEqualTo(ConfusionMatrix.of(model, data).accuracy());
    double sum = 0;
    for (int c = 0; c < 4; c++) {
      sum += o.probability(299, c);
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
  }

  /** A picture and its mirror image are both looked at: mirroring everything changes nothing. */
  @Test
  void viewsAreAveraged() {
    Model model = model();
    Quarters data = new Quarters(20, 1);
    var flip =
        ((Augmentation)
                (sample, rng) -> {
                  float[] in = sample.picture().data();
                  float[] out = new float[64];
                  for (int i = 0; i < 64; i++) {
                    out[i] = in[i / 8 * 8 + 7 - i % 8];
                  }
                  return sample.with(Tensor.of(sample.picture().shape(), out));
                })
            .named("mirror");
    Outcomes both = Outcomes.of(model, data, Seed.of(1), List.of(flip));
    Outcomes mirrored = Outcomes.of(model, data.augment(flip), Seed.of(1), List.of(flip));
    Outcomes one = Outcomes.of(model, data);
    Outcomes other = Outcomes.of(model, data.augment(flip));
    for (int i = 0; i < 20; i++) {
      float mean = (one.probability(i, 2) + other.probability(i, 2)) / 2;
      assertThat(both.probability(i, 2)).isCloseTo(mean, within(1e-6f));
      assertThat(mirrored.probability(i, 2)).isCloseTo(mean, within(1e-6f));
    }
    Augmentation dim =
        (sample, rng) -> {
          float factor = rng.nextFloat();
          float[] values = sample.picture().data().clone();
          for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
          }
          return sample.with(Tensor.of(sample.picture().shape(), values));
        };
    Outcomes dimmed = Outcomes.of(model, data, Seed.of(1), List.of(dim));
    assertThat(dimmed.probability(0, 0))
        .isEqualTo(Outcomes.of(model, data, Seed.of(1), List.of(dim)).probability(0, 0))
        .isNotEqualTo(one.probability(0, 0));
  }

  private static float label(Dataset data, int i) {
    return data.read(i, Seed.of(0)).label();
  }

  @Test
  void foldsTestEverySampleOnce() {
    Quarters data = new Quarters(103, 1);
    for (List<DataSplit> folds :
        List.of(Folds.of(data, 5, Seed.of(1)), Folds.stratified(data, 5, Seed.of(1)))) {
      assertThat(folds.stream().mapToInt(s -> s.test().size()).sum()).isEqualTo(103);
      for (DataSplit s : folds) {
        assertThat(s.test().size()).isBetween(20, 21);
        assertThat(s.train().size() + s.test().size()).isEqualTo(103);
      }
    }
    int[] all = new int[4];
    for (int i = 0; i < 103; i++) {
      all[(int) label(data, i)]++;
    }
    for (DataSplit s : Folds.stratified(data, 5, Seed.of(1))) {
      int[] counts = new int[4];
      for (int i = 0; i < s.test().size(); i++) {
        counts[(int) label(s.test(), i)]++;
      }
      for (int c = 0; c < 4; c++) {
        assertThat(Math.abs(counts[c] - all[c] / 5.0)).isLessThan(1);
      }
    }
    assertThatThrownBy(() -> Folds.of(data, 1, Seed.of(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("folds: at least 2 and no more than samples expected, got 1 of 103 samples");
  }

  /** Distances 1 and 3 of the targets that there are: mean 2, root of the mean square √5. */
  @Test
  void distancesLeaveOutTargetsThatDoNotCount() {
    Tensor y = Tensor.of(Shape.of(3), 1, 5, 4);
    Tensor t = Tensor.of(Shape.of(3), 2, Float.NaN, 1);
    double[] sums = new double[2];
    Output numbers = Output.of(Value.constant(y), Shape.of(1));
    Metrics.meanAbsoluteError().add(sums, numbers, y, t);
    assertThat(Metrics.meanAbsoluteError().value(sums)).isEqualTo(2);
    double[] squares = new double[2];
    Metrics.rootMeanSquaredError().add(squares, numbers, y, t);
    assertThat(Metrics.rootMeanSquaredError().value(squares)).isEqualTo(Math.sqrt(5));
  }

  @Test
  void crossValidationTellsMeanAndDeviation() {
    List<DataSplit> folds = Folds.of(new Quarters(30, 1), 3, Seed.of(1));
    List<Integer> sizes = new ArrayList<>();
    CrossValidation result =
        CrossValidation.of(
            folds,
            s -> {
              sizes.add(s.train().size());
              return new Scores(sizes.size(), Map.of("accuracy", 0.1 * sizes.size()));
            });
    assertThat(sizes).isEqualTo(Arrays.asList(20, 20, 20));
    assertThat(result.meanLoss()).isEqualTo(2);
    assertThat(result.mean("accuracy")).isCloseTo(0.2, within(1e-12));
    assertThat(result.deviation("accuracy")).isCloseTo(0.1, within(1e-12));
  }
}
