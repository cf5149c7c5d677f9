package dev.fovea.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.op.Activation;
import dev.fovea.op.Elementwise;
import dev.fovea.op.GradientRule;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients by another rule than the ops' own. */
final class GradientRuleTest {
  private static final Shape SHAPE = Shape.of(4);

  private static Tensor gradient(GradientRule rule) {
    Value x = Source.Input.sample(0, SHAPE);
    Value y = x.activate(Activation.RELU).times(x);
    Value g = Autodiff.gradients(y.sum(), List.of(x), new Paths(), rule).get(0);
    return new Eager(Engine.shared()).evaluate(g, Tensor.of(SHAPE, -2, -1, 1, 3));
  }

  /** Of x·ReLU(x): 2x above 0. */
  @Test
  void theExactRuleIsTheGradient() {
    assertThat(gradient(GradientRule.EXACT).data()).containsExactly(0, 0, 2, 6);
  }

  /** With ReLU taken for the identity backwards: x + ReLU(x). */
  @Test
  void aRuleReplacesThatOfOneOp() {
    GradientRule through =
        (y, dy) ->
            y.op() instanceof Elementwise.Activate
                ? List.of(dy)
                : GradientRule.EXACT.gradient(y, dy);
    assertThat(gradient(through).data()).containsExactly(-2, -1, 2, 6);
  }
}
