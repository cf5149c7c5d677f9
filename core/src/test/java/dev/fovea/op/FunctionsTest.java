package dev.fovea.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Activations, epilogues, lists of ints, and values built from others. */
final class FunctionsTest {
  private static final double H = 1e-6;

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void slopeFollowsFromTheResult(Activation.Kind kind) {
    Activation a = new Activation(kind, 0.4f);
    for (double x = -3.05; x < 3; x += 0.1) {
      double slope = (a.apply(x + H) - a.apply(x - H)) / (2 * H);
      assertThat(a.slope(a.apply(x))).as("at " + x).isCloseTo(slope, within(1e-8));
    }
  }

  @Test
  void activationsAtKnownPlaces() {
    assertThat(Activation.SIGMOID.apply(0)).isEqualTo(0.5);
    // log(1 + e⁰) = log 2
    assertThat(Activation.SOFTPLUS.apply(0)).isCloseTo(0.6931471805599453, within(1e-15));
    // 0.5 · (e⁻¹ − 1)
    assertThat(Activation.elu(0.5f).apply(-1)).isCloseTo(-0.31606027941427883, within(1e-15));
    assertThat(Activation.leakyRelu(0.25f).apply(-4)).isEqualTo(-1);
    // (e² − 1) / (e² + 1)
    assertThat(Activation.TANH.apply(1)).isCloseTo(0.7615941559557649, within(1e-15));
    for (double x : new double[] {-1000, 1000}) {
      assertThat(Activation.SOFTPLUS.apply(x)).isEqualTo(Math.max(x, 0));
      assertThat(Activation.SIGMOID.apply(x)).isEqualTo(x > 0 ? 1 : 0);
    }
    assertThat(Activation.leakyRelu(0.25f).name()).isEqualTo("leaky_relu");
  }

  @Test
  void epilogueInputs() {
    assertThat(Epilogue.NONE.isNone()).isTrue();
    assertThat(Epilogue.NONE.inputs()).isEqualTo(2);
    Epilogue e = Epilogue.NONE.withResidual().with(Activation.RELU);
    assertThat(e.residualInput()).isEqualTo(2);
    assertThat(e.withBias().residualInput()).isEqualTo(3);
    assertThat(e.withBias().biasInput()).isEqualTo(2);
    assertThat(e.withBias().inputs()).isEqualTo(4);
    assertThat(e.isNone()).isFalse();
    // x·σ(x) = 1 / (1 + e⁻¹) at x = 1.
    Epilogue silu = e.withSilu();
    assertThat(silu.apply(1)).isCloseTo(1 / (1 + Math.exp(-1)), within(1e-15));
    assertThat(silu.withBias().silu()).isTrue();
    assertThat(silu.with(Activation.TANH).silu()).isFalse();
    assertThatThrownBy(() -> new Epilogue(false, false, Activation.RELU, true))
        .isInstanceOf(FoveaException.class)
        .hasMessage("SiLU is v times its sigmoid, got relu");
  }

  @Test
  void intsCompareByContent() {
    assertThat(Ints.of(1, 2)).isEqualTo(Ints.of(1, 2)).hasSameHashCodeAs(Ints.of(1, 2));
    assertThat(Ints.of(1, 2)).isNotEqualTo(Ints.of(2, 1));
    assertThat(Ints.of(1, 2).contains(2)).isTrue();
    assertThat(Ints.of(1, 2).contains(3)).isFalse();
    assertThat(Ints.of(1, 2)).hasToString("[1, 2]");
    assertThat(new Movement.Transpose(Ints.of(1, 0)))
        .isEqualTo(new Movement.Transpose(Ints.of(1, 0)));
  }

  @Test
  void valuesKnowTheirShapes() {
    Value x = Source.Input.sample(0, Shape.of(2, 3, 4));
    assertThat(x.sum().shape()).isEqualTo(Shape.of(1, 1, 1));
    assertThat(x.sum(-1).shape()).isEqualTo(Shape.of(2, 3, 1));
    assertThat(x.max(0, 2).shape()).isEqualTo(Shape.of(1, 3, 1));
    assertThat(x.mean(1).shape()).isEqualTo(Shape.of(2, 1, 4));
    assertThat(x.transpose(2, 0, 1).shape()).isEqualTo(Shape.of(4, 2, 3));
    assertThat(x.slice(1, 1, 2).shape()).isEqualTo(Shape.of(2, 2, 4));
    assertThat(x.sumTo(Shape.of(4)).shape()).isEqualTo(Shape.of(4));
    assertThat(x.sumTo(Shape.scalar()).shape()).isEqualTo(Shape.scalar());
    assertThat(x.sumTo(Shape.of(3, 1)).shape()).isEqualTo(Shape.of(3, 1));
    assertThat(x.reshape(x.shape())).isSameAs(x);
    assertThat(x.broadcastTo(Shape.of(5, 2, 3, 4)).shape()).isEqualTo(Shape.of(5, 2, 3, 4));
    assertThat(x).hasToString("input0[2,3,4]");
    assertThat(x.plus(Value.constant(1)).inputs()).hasSize(2);
  }

  @Test
  void constantsCompareByTheirArray() {
    Tensor t = Tensor.scalar(1);
    assertThat(new Source.Constant(t)).isEqualTo(new Source.Constant(t));
    assertThat(new Source.Constant(t)).isNotEqualTo(new Source.Constant(Tensor.scalar(1)));
    assertThat(new Source.Constant(t).shape(List.of())).isEqualTo(Shape.scalar());
  }
}
