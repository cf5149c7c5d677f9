package dev.fovea.insight.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.insight.testing.Engines;
import dev.fovea.op.Activation;
import dev.fovea.op.GradientRule;
import dev.fovea.op.Paths;
import dev.fovea.op.Pooling;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes rectifiers and poolings backwards, by hand. */
final class BackwardRulesTest {

  /** Returns what a rule passes back through an op of x when R arrives. */
  private static float[] passed(
      Engine engine, GradientRule rule, Tensor x, Tensor r, UnaryOperator<Value> op) {
    Value in = Source.Input.sample(0, x.shape());
    Value scalar = op.apply(in).times(Value.constant(r)).sum();
    Value g = Autodiff.gradients(scalar, List.of(in), new Paths(), rule).getFirst();
    float[] passed = new Eager(engine).evaluate(g, x).data();
    for (int i = 0; i < passed.length; i++) {
      passed[i] += 0; // −0 is 0
    }
    return passed;
  }

  /** Figure 1 of Springenberg et al. (2014). */
  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void rectifiers(String provider) {
    Tensor x = Tensor.of(Shape.of(3, 3), 1, -1, 5, 2, -5, -7, -3, 2, 4);
    Tensor r = Tensor.of(Shape.of(3, 3), -2, 3, -1, 6, -3, 1, 2, -1, 3);
    try (Engine engine = Engines.of(provider)) {
      assertThat(passed(engine, GradientRule.EXACT, x, r, v -> v.activate(Activation.RELU)))
          .containsExactly(-2, 0, -1, 6, 0, 0, 0, -1, 3);
      assertThat(passed(engine, BackwardRules.DECONVNET, x, r, v -> v.activate(Activation.RELU)))
          .containsExactly(0, 3, 0, 6, 0, 1, 2, 0, 3);
      assertThat(passed(engine, BackwardRules.GUIDED, x, r, v -> v.activate(Activation.RELU)))
          .containsExactly(0, 0, 0, 6, 0, 0, 0, 0, 3);
    }
  }

  /** Other activations pass their gradient by every rule. */
  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void withoutRectifiersRulesAreTheGradient(String provider) {
    Tensor x = Engines.random(1, 2, 5);
    Tensor r = Engines.random(2, 2, 5);
    try (Engine engine = Engines.of(provider)) {
      float[] exact = passed(engine, GradientRule.EXACT, x, r, v -> v.activate(Activation.TANH));
      for (GradientRule rule :
          List.of(BackwardRules.DECONVNET, BackwardRules.GUIDED, BackwardRules.REDIRECTED)) {
        assertThat(passed(engine, rule, x, r, v -> v.activate(Activation.TANH))).isEqualTo(exact);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void poolingsGoBackBySwitches(String provider) {
    try (Engine engine = Engines.of(provider)) {
      Tensor x = Tensor.of(Shape.of(1, 2, 2, 1), 1, 2, 3, 4);
      Tensor five = Tensor.full(Shape.of(1, 1, 1, 1), 5);
      Window2d two = Window2d.of(2, 2).stride(2, 2);
      assertThat(passed(engine, BackwardRules.DECONVNET, x, five, v -> pooled(v, two)))
          .containsExactly(0, 0, 0, 5);
      // Windows of 3 by steps of 2 share the middle column; of equal ones the first wins.
      Tensor row = Tensor.of(Shape.of(1, 1, 5, 1), 1, 1, 7, 0, 2);
      Tensor r = Tensor.of(Shape.of(1, 1, 2, 1), 3, 4);
      Window2d three = Window2d.of(1, 3).stride(1, 2);
      assertThat(passed(engine, BackwardRules.DECONVNET, row, r, v -> pooled(v, three)))
          .containsExactly(0, 0, 7, 0, 0);
      Tensor flat = Tensor.full(Shape.of(1, 1, 5, 1), 1);
      assertThat(passed(engine, BackwardRules.DECONVNET, flat, r, v -> pooled(v, three)))
          .containsExactly(3, 0, 4, 0, 0);
    }
  }

  private static Value pooled(Value x, Window2d window) {
    return Value.of(new Pooling.MaxPool(window), x);
  }

  /** A sample all of whose rectifiers are shut passes what would open them; the other is exact. */
  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void redirectedRectifiersWakeTheDead(String provider) {
    Tensor x = Tensor.of(Shape.of(2, 3), -1, -2, -3, 1, -2, -3);
    Tensor r = Tensor.of(Shape.of(2, 3), 4, -5, 6, -7, 8, 9);
    try (Engine engine = Engines.of(provider)) {
      assertThat(passed(engine, BackwardRules.REDIRECTED, x, r, v -> v.activate(Activation.RELU)))
          .containsExactly(4, 0, 6, -7, 0, 0);
    }
  }
}
