package dev.fovea.optim;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.optim.Optimizers.adaDelta;
import static dev.fovea.optim.Optimizers.adaGrad;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.adamW;
import static dev.fovea.optim.Optimizers.lion;
import static dev.fovea.optim.Optimizers.rmsProp;
import static dev.fovea.optim.Optimizers.sgd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule against the formula of its paper, one element at a time in double precision. */
final class OptimizerTest {
  private static final int STEPS = 12;

  /** Returns parameters of several chunks, the last of which is a part. */
  private static Parameters parameters() {
    return parameters(1000);
  }

  private static Parameters parameters(int units) {
    Model m =
        Model.build(
            sequence(dense(37), dense(units), dense(43)),
            Shape.of(11),
            Seed.of(3),
            Engine.ofThreads(1));
    return m.parameters();
  }

  /** What a paper's formula remembers of one element. */
  private static final class Element {
    double w;
    double first;
    double second;

    Element(double w) {
      this.w = w;
    }

    void step(Optimizer o, double g, double rate, double decay, int t) {
      switch (o) {
        case Sgd s -> {
          double d = g + decay * w;
          first = s.momentum() * first + d;
          double along = s.looksAhead() ? d + s.momentum() * first : first;
          w -= rate * along;
        }
        case Adam a -> {
          w -= a.decoupled() ? rate * decay * w : 0;
          double d = a.decoupled() ? g : g + decay * w;
          first = a.beta1() * first + (1 - a.beta1()) * d;
          second = a.beta2() * second + (1 - a.beta2()) * d * d;
          double mean = first / (1 - Math.pow(a.beta1(), t));
          double square = second / (1 - Math.pow(a.beta2(), t));
          w -= rate * mean / (Math.sqrt(square) + a.epsilon());
        }
        case RmsProp r -> {
          double d = g + decay * w;
          second = r.alpha() * second + (1 - r.alpha()) * d * d;
          first = r.momentum() * first + d / (Math.sqrt(second) + r.epsilon());
          w -= rate * first;
        }
        case AdaGrad a -> {
          double d = g + decay * w;
          second += d * d;
          w -= rate * d / (Math.sqrt(second) + a.epsilon());
        }
        case AdaDelta a -> {
          double d = g + decay * w;
          second = a.rho() * second + (1 - a.rho()) * d * d;
          double u = Math.sqrt(first + a.epsilon()) / Math.sqrt(second + a.epsilon()) * d;
          first = a.rho() * first + (1 - a.rho()) * u * u;
          w -= rate * u;
        }
        case Lion l -> {
          double along = Math.signum(l.beta1() * first + (1 - l.beta1()) * g);
          first = l.beta2() * first + (1 - l.beta2()) * g;
          w -= rate * (along + decay * w);
        }
        default -> throw new AssertionError("not element by element");
      }
    }
  }

  static Stream<Optimizer> optimizers() {
    return Stream.<Optimizer>of(
            sgd(0.1),
            sgd(0.01).momentum(0.9),
            sgd(0.01).momentum(0.9).nesterov(),
            adam(1e-2),
            adam(1e-2).betas(0.8, 0.9).epsilon(1e-3),
            adamW(1e-2),
            rmsProp(1e-3),
            rmsProp(1e-3).alpha(0.9).momentum(0.5).epsilon(1e-4),
            adaGrad(1e-2),
            adaDelta().rho(0.8),
            lion(1e-3).betas(0.8, 0.95))
        .flatMap(o ->
            Stream.of(
                o,
                o.weightDecay(0.1),
                o.weightDecay(0.1).decayAll(),
                o.clipNorm(2),
                o.clipValue(0.2),
                o.clipValue(0.9).clipNorm(30).weightDecay(0.05)));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void agreesWithTheFormula(Optimizer optimizer) {
    // Just more than a chunk, so that there are two, and the second ends within a vector.
    Parameters p = parameters(411);
    float[] values = p.values();
    float[] gradients = new float[values.length];
    Element[] elements = new Element[values.length];
    for (int i = 0; i < values.length; i++) {
      elements[i] = new Element(values[i]);
    }
    OptimizerState state = new OptimizerState(optimizer, p, Parameter::trainable, gradients);
    assertThat(state.chunks()).isEqualTo(2);
    Rng rng = Seed.of(9).rng();
    for (int t = 1; t <= STEPS; t++) {
      draw(p, gradients, rng);
      double[] clipped = clipped(optimizer.regularization(), gradients);
      double rate = optimizer.learningRate() / Math.sqrt(t);
      state.step(rate);
      for (Parameter q : p.all()) {
        boolean decays = optimizer.regularization().decayAll() || q.shape().rank() > 1;
        double decay = decays ? optimizer.regularization().weightDecay() : 0;
        for (int i = q.offset(); i < q.offset() + q.shape().elements(); i++) {
          elements[i].step(optimizer, clipped[i], rate, decay, t);
        }
      }
    }
    double apart = 0;
    for (int i = 0; i < values.length; i++) {
      apart = Math.max(apart, Math.abs(values[i] - elements[i].w));
    }
    assertThat(apart).isLessThan(2e-5);
    assertThat(state.steps()).isEqualTo(STEPS);
  }

  private static void draw(Parameters p, float[] gradients, Rng rng) {
    for (Parameter q : p.all()) {
      for (int i = q.offset(); i < q.offset() + q.shape().elements(); i++) {
        gradients[i] = rng.nextFloat(-1, 1);
      }
    }
  }

  private static double[] clipped(Regularization r, float[] gradients) {
    double[] g = new double[gradients.length];
    double squares = 0;
    for (int i = 0; i < g.length; i++) {
      g[i] = Math.clamp(gradients[i], -r.clipValue(), r.clipValue());
      squares += g[i] * g[i];
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < g.length; i++) {
      g[i] *= norm > r.clipNorm() ? r.clipNorm() / norm : 1;
    }
    return g;
  }

  /** With a constant gradient m̂ = g and v̂ = g²: every step is η·g/(|g| + ε). */
  @Test
  void adamWithAConstantGradientGoesTheLearningRateAStep() {
    Parameters p = parameters();
    float[] g = new float[p.values().length];
    int at = p.get("0.weight").offset();
    g[at] = 0.25f;
    double w = p.values()[at];
    OptimizerState state = new OptimizerState(adam(0.01), p, q -> true, g);
    for (int t = 1; t <= 10; t++) {
      state.step(0.01);
      assertThat((double) p.values()[at]).isCloseTo(w - 0.01 * t, within(1e-5));
    }
  }

  /** With a constant gradient the momentum tends to g/(1 − μ). */
  @Test
  void momentumTendsToItsLimit() {
    Parameters p = parameters();
    float[] g = new float[p.values().length];
    int at = p.get("1.bias").offset();
    g[at] = 1;
    OptimizerState state = new OptimizerState(sgd(0.1).momentum(0.9), p, q -> true, g);
    for (int t = 0; t < 300; t++) {
      state.step(1e-3);
    }
    assertThat(state.slot("momentum")[at]).isCloseTo(10f, within(1e-4f));
  }

  @Test
  void normOfGradientsIsTheirs() {
    Parameters p = parameters();
    float[] g = new float[p.values().length];
    g[p.get("0.weight").offset()] = 3;
    g[p.get("2.bias").offset()] = -4;
    OptimizerState state = new OptimizerState(sgd(1).clipNorm(1), p, q -> true, g);
    float before = p.values()[p.get("2.bias").offset()];
    state.step(1);
    assertThat(state.gradientNorm()).isEqualTo(5);
    assertThat(p.values()[p.get("2.bias").offset()] - before).isEqualTo(0.8f);
  }

  /** Without new gradients what is remembered dies away, to zero and not to denormal numbers. */
  @ParameterizedTest
  @MethodSource("remembering")
  void nothingRememberedBecomesDenormal(Optimizer optimizer) {
    Parameters p = parameters(19);
    float[] g = new float[p.values().length];
    draw(p, g, Seed.of(1).rng());
    for (int i = 0; i < g.length; i += 3) {
      g[i] *= 1e-25f;
    }
    OptimizerState state = new OptimizerState(optimizer, p, q -> true, g);
    state.step(1e-3);
    Arrays.fill(g, 0);
    for (int t = 0; t < 3000; t++) {
      state.step(1e-3);
      if (t % 100 == 0) {
        for (String slot : optimizer.slots()) {
          assertThat(isNormal(state.slot(slot))).isTrue();
        }
      }
    }
  }

  private static boolean isNormal(float... values) {
    for (float x : values) {
      if (x != 0 && Math.abs(x) < Float.MIN_NORMAL) {
        return false;
      }
    }
    return true;
  }

  static Stream<Optimizer> remembering() {
    return Stream.of(
        sgd(0.1).momentum(0.9),
        adam(0.1).betas(0.9, 0.95),
        rmsProp(0.1).alpha(0.9).momentum(0.9),
        adaDelta(),
        lion(0.1).betas(0.9, 0.9));
  }

  @Test
  void parametersThatAreNotTrainedStay() {
    Parameters p = parameters();
    float[] g = new float[p.values().length];
    draw(p, g, Seed.of(1).rng());
    var kept = p.tensor("1.weight").data();
    var state = new OptimizerState(adamW(0.1).decayAll(), p, q -> !q.name().equals("1.weight"), g);
    state.step(0.1);
    assertThat(p.tensor("1.weight").data()).isEqualTo(kept);
    assertThat(p.tensor("1.bias").data()).doesNotContain(0f);
  }

  @Test
  void chunksInAnyOrderGiveTheSameBits() {
    Parameters a = parameters();
    Parameters b = parameters();
    float[] g = new float[a.values().length];
    draw(a, g, Seed.of(1).rng());
    Optimizer o = adamW(0.1).clipNorm(0.3).clipValue(0.5);
    OptimizerState forth = new OptimizerState(o, a, q -> true, g.clone());
    OptimizerState back = new OptimizerState(o, b, q -> true, g.clone());
    assertThat(forth.chunks()).isGreaterThan(1);
    forth.step(0.1);
    for (int c = back.chunks() - 1; c >= 0; c--) {
      back.clip(c);
    }
    back.begin(0.1);
    for (int c = back.chunks() - 1; c >= 0; c--) {
      back.update(c);
    }
    assertThat(b.values()).isEqualTo(a.values());
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(() -> sgd(rate), "sgd: learning rate must be a positive number, got " + rate);
      refused(() -> adam(rate), "adam: learning rate must be a positive number, got " + rate);
      refused(() -> rmsProp(rate), "rmsprop: learning rate must be a positive number, got " + rate);
    }
    refused(() -> sgd(1).momentum(1), "sgd: momentum must be at least 0 and below 1, got 1.0");
    refused(() -> adam(1).betas(0.9, 1), "adam: beta2 must be at least 0 and below 1, got 1.0");
    refused(() -> adam(1).epsilon(0), "adam: epsilon must be a positive number, got 0.0");
    refused(
        () -> adam(1).weightDecay(-1),
        "optimizer: weight decay must be 0 or a positive number, got -1.0");
    refused(() -> adam(1).clipNorm(0), "optimizer: clipNorm must be a positive number, got 0.0");
  }

  private static void refused(Runnable r, String message) {
    assertThatThrownBy(r::run).isInstanceOf(FoveaException.class).hasMessage(message);
  }
}
