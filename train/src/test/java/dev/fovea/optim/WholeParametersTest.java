package dev.fovea.optim;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.layerNorm;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.optim.Optimizers.lars;
import static dev.fovea.optim.Optimizers.muon;
import static dev.fovea.optim.Optimizers.sgd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules whose step depends on whole parameters, against their formulas. */
final class WholeParametersTest {
  private static Parameters parameters() {
    Model m =
        Model.build(
            sequence(conv2d(5, 3), flatten(), dense(3)),
            Shape.of(5, 4, 2),
            Seed.of(3),
            Engine.ofThreads(1));
    return m.parameters();
  }

  private static float[] gradients(Parameters p) {
    float[] g = new float[p.values().length];
    Rng rng = Seed.of(9).rng();
    for (Parameter q : p.all()) {
      for (int i = q.offset(); i < q.offset() + q.shape().elements(); i++) {
        g[i] = rng.nextFloat(-1, 1);
      }
    }
    return g;
  }

  private static double norm(float[] x, Parameter p) {
    double sum = 0;
    for (int i = p.offset(); i < p.offset() + p.shape().elements(); i++) {
      sum += (double) x[i] * x[i];
    }
    return Math.sqrt(sum);
  }

  @Test
  void larsGoesInProportionToTheWeightsNorm() {
    Parameters p = parameters();
    float[] g = gradients(p);
    float[] before = p.values().clone();
    Optimizer rule = lars(0.5).trust(0.02).weightDecay(0.1);
    OptimizerState state = new OptimizerState(rule, p, Parameter::trainable, g);
    state.step(0.5);
    for (Parameter q : p.all()) {
      boolean matrix = q.shape().rank() > 1;
      double decay = matrix ? 0.1 : 0;
      double w = norm(before, q);
      double ratio = matrix ? 0.02 * w / (norm(g, q) + decay * w) : 1;
      for (int i = q.offset(); i < q.offset() + q.shape().elements(); i++) {
        double expected = before[i] - 0.5 * ratio * (g[i] + decay * before[i]);
        assertThat((double) p.values()[i]).isCloseTo(expected, within(1e-6));
      }
    }
  }

  /** All singular values of the step lie between 0.6 and 1.3: |M·v| for |v| = 1 shows it. */
  @ParameterizedTest
  @CsvSource({"12,12", "5,30", "30,5", "1,7"})
  void newtonAndSchulzBringSingularValuesNearOne(int rows, int columns) {
    Rng rng = Seed.of(2).rng();
    float[] x = new float[rows * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] = rng.nextFloat(-1, 1);
    }
    float[] o = NewtonSchulz.orthogonal(x.clone(), rows, columns, 6);
    // Along the shorter side no direction is lost.
    boolean wide = rows <= columns;
    int n = Math.min(rows, columns);
    for (int trial = 0; trial < 20; trial++) {
      double[] v = new double[n];
      double length = 0;
      for (int i = 0; i < n; i++) {
        v[i] = rng.nextGaussian(1);
        length += v[i] * v[i];
      }
      double squares = 0;
      for (int k = 0; k < Math.max(rows, columns); k++) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
          sum += v[i] * (wide ? o[i * columns + k] : o[k * columns + i]);
        }
        squares += sum * sum;
      }
      assertThat(Math.sqrt(squares / length)).isBetween(0.6, 1.3);
    }
  }

  @ParameterizedTest
  @CsvSource({"12,12", "5,30", "30,5", "1,7"})
  void opsDoWhatTheLoopsDo(int rows, int columns) {
    Rng rng = Seed.of(2).rng();
    Tensor x = Tensor.zeros(Shape.of(rows, columns));
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = rng.nextFloat(-1, 1);
    }
    Value result = Muon.orthogonalized(Source.Input.sample(0, x.shape()), 5);
    float[] ops = new Eager(Engine.ofThreads(1)).evaluate(result, x).data();
    float[] loops = NewtonSchulz.orthogonal(x.data().clone(), rows, columns, 5);
    for (int i = 0; i < ops.length; i++) {
      assertThat(ops[i]).isCloseTo(loops[i], within(2e-4f));
    }
  }

  /** Scales and shifts over whole samples are no matrices: they neither decay nor are turned. */
  @Test
  void normsOverSamplesAreTreatedAsNorms() {
    Parameters p =
        Model.build(
                sequence(layerNorm().overSample(), flatten(), dense(2)),
                Shape.of(2, 3, 2),
                Seed.of(3),
                Engine.ofThreads(1))
            .parameters();
    float[] g = new float[p.values().length];
    new OptimizerState(muon(0.1).weightDecay(0.5), p, Parameter::trainable, g).step(0.1);
    assertThat(p.tensor("0.weight").data()).containsOnly(1);
  }

  /** Of a matrix with singular values 3 and 1 both become what the polynomial makes of them. */
  @Test
  void muonIteratesOnSingularValues() {
    Parameters p = parameters();
    Parameter w = p.get("2.weight");
    float[] g = new float[p.values().length];
    int columns = w.shape().dim(-1);
    g[w.offset()] = 3;
    g[w.offset() + columns + 1] = 1;
    float[] before = p.values().clone();
    OptimizerState state = new OptimizerState(muon(0.1), p, Parameter::trainable, g);
    state.step(0.1);
    double[] wanted = {3 / Math.sqrt(10), 1 / Math.sqrt(10)};
    for (int k = 0; k < 2; k++) {
      double s = wanted[k];
      for (int i = 0; i < 5; i++) {
        s = 3.4445 * s - 4.7750 * s * s * s + 2.0315 * Math.pow(s, 5);
      }
      int at = w.offset() + k * columns + k;
      assertThat((double) p.values()[at] - before[at]).isCloseTo(-0.1 * s, within(1e-5));
    }
  }

  /** Adam's first step is its learning rate, whatever the gradient. */
  @Test
  void muonLeavesBiasesToAdam() {
    Parameters p = parameters();
    float[] g = gradients(p);
    float[] before = p.values().clone();
    OptimizerState state = new OptimizerState(muon(0.1).others(0.01), p, Parameter::trainable, g);
    state.step(0.05);
    int at = p.get("2.bias").offset();
    assertThat(Math.abs(p.values()[at] - before[at])).isCloseTo(0.005f, within(1e-5f));
  }

  @Test
  void parametersLearnAtTheirOwnRates() {
    Parameters p = parameters();
    float[] g = gradients(p);
    float[] before = p.values().clone();
    OptimizerState state =
        new OptimizerState(
            sgd(1), p, Parameter::trainable, g, q -> q.name().startsWith("0") ? 0.25 : 1);
    state.step(0.5);
    for (Parameter q : p.all()) {
      double rate = q.name().startsWith("0") ? 0.125 : 0.5;
      double expected = before[q.offset()] - rate * g[q.offset()];
      assertThat((double) p.values()[q.offset()]).isCloseTo(expected, within(1e-6));
    }
  }
}
