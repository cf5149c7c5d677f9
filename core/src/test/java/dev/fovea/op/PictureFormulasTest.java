package dev.fovea.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gram matrices and total variation against their definitions as loops. */
final class PictureFormulasTest {
  private static final Shape SHAPE = Shape.of(2, 3, 5, 4);
  private static final Value X = Source.Input.sample(0, SHAPE);

  private static double[] numbers() {
    double[] x = new double[SHAPE.elements()];
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.sin(i * 0.7) + 0.1 * (i % 3);
    }
    return x;
  }

  private static double at(double[] x, int n, int h, int w, int c) {
    return x[((n * 3 + h) * 5 + w) * 4 + c];
  }

  private static double gram(double[] x, int n, int c, int d) {
    double sum = 0;
    for (int h = 0; h < 3; h++) {
      for (int w = 0; w < 5; w++) {
        sum += at(x, n, h, w, c) * at(x, n, h, w, d);
      }
    }
    return sum / 15;
  }

  @Test
  void gramMatricesAreMeanProductsOfChannels() {
    double[] x = numbers();
    Value gram = Formulas.gram(X);
    assertThat(gram.shape()).isEqualTo(Shape.of(2, 4, 4));
    double[] got = Reference.evaluate(gram, Map.of(X, x));
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i]).isCloseTo(gram(x, i / 16, i / 4 % 4, i % 4), within(1e-7));
    }
  }

  private static double variation(double[] x) {
    double down = 0;
    double across = 0;
    for (int i = 0; i < x.length; i++) {
      int n = i / 60;
      int h = i / 20 % 3;
      int w = i / 4 % 5;
      int c = i % 4;
      down += h < 2 ? Math.pow(at(x, n, h + 1, w, c) - x[i], 2) / (2 * 2 * 5 * 4) : 0;
      across += w < 4 ? Math.pow(at(x, n, h, w + 1, c) - x[i], 2) / (2 * 3 * 4 * 4) : 0;
    }
    return down + across;
  }

  @Test
  void totalVariationIsTheMeanSquareOfSteps() {
    double[] x = numbers();
    double[] got = Reference.evaluate(Formulas.totalVariation(X), Map.of(X, x));
    assertThat(got).hasSize(1);
    assertThat(got[0]).isCloseTo(variation(x), within(1e-7));
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    Value pattern = Value.constant(Tensor.full(Shape.of(4, 4), 0.5f));
    Value loss =
        Formulas.gram(X)
            .times(pattern)
            .map(UnaryFunction.SQUARE)
            .sum()
            .reshape(Shape.scalar())
            .plus(Formulas.totalVariation(X).reshape(Shape.scalar()));
    Value gradient = Autodiff.gradients(loss, List.of(X), new Paths()).getFirst();
    double[] x = numbers();
    double[] got = Reference.evaluate(gradient, Map.of(X, x));
    double step = 1e-5;
    for (int i = 0; i < x.length; i += 7) {
      double[] more = x.clone();
      double[] less = x.clone();
      more[i] += step;
      less[i] -= step;
      double slope =
          (Reference.evaluate(loss, Map.of(X, more))[0]
                  - Reference.evaluate(loss, Map.of(X, less))[0])
              / (2 * step);
      assertThat(got[i]).isCloseTo(slope, within(1e-6));
    }
  }
}
