package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting values against what their rules say of them. */
final class InitializerTest {
  private static float[] values(Initializer rule, Shape shape) {
    float[] values = new float[shape.elements()];
    rule.fill(shape, values, 0, Seed.of(11).rng());
    return values;
  }

  private static double deviation(float[] values) {
    double squares = 0;
    for (float v : values) {
      squares += (double) v * v;
    }
    return Math.sqrt(squares / values.length);
  }

  @ParameterizedTest
  @CsvSource({"3,3,4,5", "3,3,4,60", "1,1,8,8", "1,1,1,7"})
  void orthogonalVectorsAreOfOneLengthAndAtRightAngles(int h, int w, int in, int out) {
    int rows = h * w * in;
    float[] v = values(Initializer.orthogonal(2), Shape.of(h, w, in, out));
    boolean columns = rows >= out;
    int n = Math.min(rows, out);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        double dot = 0;
        for (int k = 0; k < Math.max(rows, out); k++) {
          dot += columns ? v[k * out + a] * v[k * out + b] : v[a * out + k] * v[b * out + k];
        }
        assertThat(dot).isCloseTo(a == b ? 4 : 0, within(1e-5));
      }
    }
  }

  /** The deviation of a normal distribution cut at ±2 is 0.8796. */
  @Test
  void truncatedNormalStaysWithinTwoDeviations() {
    float[] v = values(Initializer.truncatedNormal(0.5), Shape.of(20_000));
    for (float x : v) {
      assertThat(x).isBetween(-1f, 1f);
    }
    assertThat(deviation(v)).isCloseTo(0.5 * 0.8796, within(0.01));
  }

  @Test
  void lecunUniformHasTheVarianceOfOneByFanIn() {
    float[] v = values(Initializer.lecunUniform(), Shape.of(3, 3, 16, 64));
    assertThat(deviation(v)).isCloseTo(Math.sqrt(1.0 / 144), within(1e-3));
  }

  @Test
  void fanInUniformStaysWithinOneByTheRootOfFanIn() {
    float[] v = values(Initializer.fanInUniform(), Shape.of(3, 3, 16, 64));
    for (float x : v) {
      assertThat(x).isBetween(-1 / 12f, 1 / 12f);
    }
    assertThat(deviation(v)).isCloseTo(Math.sqrt(1.0 / 3 / 144), within(1e-3));
  }

  @ParameterizedTest
  @CsvSource({"1,4", "2,4", "4,4", "1,7"})
  void diracConvolutionsPassTheirInputOn(int groups, int out) {
    Layer layer =
        Layers.conv2d(out, 3).same().groups(groups).noBias().init(Initializer.dirac(groups));
    Model model = Model.build(layer, Shape.of(4, 5, 4), Seed.of(1), Engine.ofThreads(1));
    Tensor x = Tensor.of(Shape.of(1, 4, 5, 4), values(Initializer.normal(1), Shape.of(80)));
    float[] y = model.run(x).data();
    for (int i = 0; i < 20; i++) {
      for (int c = 0; c < out; c++) {
        assertThat(y[i * out + c]).isEqualTo(c < 4 ? x.data()[i * 4 + c] : 0);
      }
    }
  }

  /** Of a kernel of 4: ¼, ¾, ¾, ¼ in both directions, for the channel itself alone. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void bilinearTransposedConvolutionsEnlarge(int groups) {
    Layer layer =
        Layers.convTranspose2d(2, 4)
            .stride(2)
            .padding(1)
            .groups(groups)
            .noBias()
            .init(Initializer.bilinear());
    Model model = Model.build(layer, Shape.of(1, 3, 2), Seed.of(1), Engine.ofThreads(1));
    Tensor x = Tensor.of(Shape.of(1, 1, 3, 2), new float[] {0, 16, 0, 32, 0, 0});
    // The row beyond the image is 0, so that ¾ are left.
    float[] row = {9, 15, 21, 18, 6, 0};
    float[] y = model.run(x).data();
    for (int i = 0; i < 12; i++) {
      assertThat(y[2 * i]).isZero();
      assertThat(y[2 * i + 1]).isEqualTo(row[i % 6]);
    }
    float[] odd = values(Initializer.bilinear(), Shape.of(3, 1, 1, 1));
    assertThat(odd).containsExactly(0.5f, 1, 0.5f);
  }

  @Test
  void biasesOfAConvolutionHaveTheirOwnRule() {
    Layer layer = Layers.conv2d(3, 1).initBias(Initializer.ones()).init(Initializer.zeros()).same();
    Model m = Model.build(layer, Shape.of(2, 2, 1), Seed.of(1), Engine.ofThreads(1));
    assertThat(m.parameters().tensor("conv2d.bias").data()).containsExactly(1, 1, 1);
    assertThat(m.run(Tensor.zeros(Shape.of(1, 2, 2, 1))).data()).containsOnly(1);
  }
}
