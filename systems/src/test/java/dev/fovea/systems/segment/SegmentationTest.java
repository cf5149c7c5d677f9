package dev.fovea.systems.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.nn.Output;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss and the figures of classes of pixels. */
final class SegmentationTest {
  private static final Eager EAGER = new Eager(Engine.ofThreads(1));
  private static final int N = 2;
  private static final int PIXELS = 6;
  private static final int CLASSES = 3;
  private static final Tensor LABELS =
      Tensor.of(Shape.of(N, 2, 3), 0, 1, 2, 255, 1, 1, 0, 0, 0, 0, 255, 1);

  private static Tensor logits() {
    Tensor t = Tensor.zeros(Shape.of(N, 2, 3, CLASSES));
    Rng rng = Seed.of(3).rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = 4 * rng.nextFloat() - 2;
    }
    return t;
  }

  /** 1 − (2Σpt + 1)/(Σp + Σt + 1) by loops, over pixels that are not 255. */
  private static double formula(double[] y, int background) {
    double sum = 0;
    int classes = 0;
    for (int c = 0; c < CLASSES; c++) {
      if (c == background) {
        continue;
      }
      classes++;
      for (int n = 0; n < N; n++) {
        double both = 0;
        double either = 0;
        for (int i = n * PIXELS; i < (n + 1) * PIXELS; i++) {
          float label = LABELS.data()[i];
          if (label != 255) {
            double all = 0;
            for (int k = 0; k < CLASSES; k++) {
              all += Math.exp(y[i * CLASSES + k]);
            }
            double p = Math.exp(y[i * CLASSES + c]) / all;
            both += label == c ? p : 0;
            either += p + (label == c ? 1 : 0);
          }
        }
        sum += 1 - (2 * both + 1) / (either + 1);
      }
    }
    return sum / N / classes;
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 2})
  void diceAndItsGradientAreTheFormula(int background) {
    ClassDice loss =
        new ClassDice(background < 0 ? OptionalInt.empty() : OptionalInt.of(background), 255);
    Tensor y = logits();
    Value output = Source.Input.sample(0, y.shape());
    assertThat(loss.target(y.shape())).isEqualTo(LABELS.shape());
    Value value = loss.of(output, Source.Input.sample(1, LABELS.shape()));
    double[] yd = new double[y.data().length];
    for (int i = 0; i < yd.length; i++) {
      yd[i] = y.data()[i];
    }
    assertThat((double) EAGER.evaluate(value, y, LABELS).item())
        .isCloseTo(formula(yd, background), within(1e-6));
    Value gradient = Autodiff.gradients(value, List.of(output), new Paths()).get(0);
    float[] g = EAGER.evaluate(gradient, y, LABELS).data();
    for (int i = 0; i < yd.length; i++) {
      double was = yd[i];
      yd[i] = was + 1e-6;
      double up = formula(yd, background);
      yd[i] = was - 1e-6;
      double down = formula(yd, background);
      yd[i] = was;
      assertThat((double) g[i]).isCloseTo((up - down) / 2e-6, within(2e-6));
    }
  }

  /** IoU above 1 and Dice losses below 0 that masks of 0 and 255 give: labels are none of them. */
  @Test
  void lossesAndFiguresStayBetweenNothingAndOne() {
    Rng rng = Seed.of(8).rng();
    for (int n = 0; n < 50; n++) {
      Tensor y = Tensor.zeros(Shape.of(1, 2, 3, CLASSES));
      Tensor labels = Tensor.zeros(Shape.of(1, 2, 3));
      for (int i = 0; i < y.data().length; i++) {
        y.data()[i] = 20 * rng.nextFloat() - 10;
      }
      for (int i = 0; i < labels.data().length; i++) {
        labels.data()[i] = rng.nextInt(CLASSES + 1) == CLASSES ? 255 : rng.nextInt(CLASSES);
      }
      Value dice =
          new ClassDice(OptionalInt.empty(), 255)
              .of(Source.Input.sample(0, y.shape()), Source.Input.sample(1, labels.shape()));
      assertThat(EAGER.evaluate(dice, y, labels).data()[0]).isBetween(0f, 1f);
      for (int i = 0; i < labels.data().length; i++) {
        labels.data()[i] = labels.data()[i] == 255 ? Float.NaN : labels.data()[i];
      }
      labels.data()[0] = 1;
      assertThat(figures(List.of("background", "a", "b"), y, labels))
          .allMatch(figure -> figure >= 0 && figure <= 1);
    }
  }

  @Test
  void aLossOfPixelsRefusesOtherOutputs() {
    ClassDice loss = new ClassDice(OptionalInt.empty(), 255);
    assertThat(loss.description()).isEqualTo("ClassDice[ignored=255]");
    assertThat(loss.ignores(255)).isTrue();
    assertThatThrownBy(() -> loss.target(Shape.of(4, 10)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("class_dice: needs outputs [N, H, W, classes], got [4,10]");
  }

  private static List<Double> figures(List<String> classes, Tensor logits, Tensor target) {
    Value end = Source.Input.sample(0, logits.shape());
    Output output = Output.of(end, logits.shape().dropFirst());
    List<Double> values = new ArrayList<>();
    for (Metric m : new Segmentation(classes).metrics()) {
      double[] sums = new double[m.sums(output)];
      m.add(sums, output, logits, target);
      values.add(m.value(sums));
    }
    return values;
  }

  /** Of 4 pixels 2 are the object; 2 are taken for it, one of them rightly: IoU 1/3, Dice 1/2. */
  @Test
  void figuresOfOneObjectLeaveTheBackgroundOut() {
    Tensor logits = Tensor.of(Shape.of(1, 2, 2, 2), 0, 1, 1, 0, 0, 1, 1, 0);
    Tensor target = Tensor.of(Shape.of(1, 2, 2), 1, 1, 0, 0);
    assertThat(figures(List.of("background", "cell"), logits, target))
        .containsExactly(0.5, 1 / 3.0, 0.5);
    assertThat(figures(List.of("sea", "land"), logits, target)).containsExactly(0.5, 1 / 3.0, 0.5);
    Tensor ignored = Tensor.of(Shape.of(1, 2, 2), 1, Float.NaN, 0, Float.NaN);
    assertThat(figures(List.of("cell", "Background"), logits, ignored))
        .containsExactly(0.5, 0.0, 0.0);
  }

  @Test
  void theBackgroundIsKnownByItsName() {
    Segmentation cells = new Segmentation(List.of("background", "cell"));
    assertThat(cells.object()).hasValue(1);
    assertThat(cells.background()).hasValue(0);
    assertThat(new Segmentation(List.of("a", "b", "background")).object()).isEmpty();
    assertThat(new Segmentation(List.of("a", "b")).background()).isEmpty();
    assertThat(cells.objective(dev.fovea.nn.Losses.crossEntropy()).heads()).hasSize(2);
  }
}
