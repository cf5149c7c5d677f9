package dev.fovea.nn;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.spectralNorm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Spectral normalisation against singular values. */
final class SpectralNormTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  private static Model model(Layer layer, Shape input) {
    return Model.build(layer, input, Seed.of(2), ENGINE);
  }

  /** Gives the states the values that a training step would give them. */
  private static void step(Model model) {
    Traced traced = model.trace(1, true);
    Map<Value, double[]> given = new HashMap<>();
    traced.parameters().forEach((p, v) -> given.put(v, wide(tensor(model, p).data())));
    traced
        .updates()
        .forEach((p, next) -> {
          double[] values = Reference.evaluate(next, given);
          float[] narrow = new float[values.length];
          for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
          }
          model.parameters().set(p.name(), Tensor.of(next.shape(), narrow));
        });
  }

  private static Tensor tensor(Model model, Source.Parameter p) {
    return model.parameters().tensor(p.name());
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Of [[3, 0], [4, 5]], WᵀW = [[25, 20], [20, 25]]: its singular values are √45 and √5. */
  @Test
  void theStateFindsTheLargestSingularValue() {
    Model m = model(spectralNorm(dense(2)), Shape.of(2));
    m.parameters().set("spectral_norm.dense.weight", Tensor.of(Shape.of(2, 2), 3, 0, 4, 5));
    for (int i = 0; i < 20; i++) {
      step(m);
    }
    Tensor y = m.run(Tensor.of(Shape.of(2, 2), 1, 0, 0, 1));
    float s = (float) Math.sqrt(45);
    assertThat(y.data()).containsExactly(new float[] {3 / s, 0, 4 / s, 5 / s}, within(1e-5f));
    float[] u = m.parameters().tensor("spectral_norm.dense.u").data();
    assertThat(Math.abs(u[0])).isCloseTo((float) Math.sqrt(0.5), within(1e-5f));
    assertThat(u[0]).isCloseTo(u[1], within(1e-5f));
  }

  @Test
  void allWeightsWithinHaveAStateAndBiasesAreLeft() {
    Model m = model(spectralNorm(sequence(conv2d(3, 2), flatten(), dense(2))), Shape.of(3, 3, 2));
    List<String> names = m.parameters().all().stream().map(Parameters.Parameter::name).toList();
    assertThat(names)
        .containsExactlyInAnyOrder(
            "spectral_norm.sequence.0.weight",
            "spectral_norm.sequence.0.u",
            "spectral_norm.sequence.0.bias",
            "spectral_norm.sequence.2.weight",
            "spectral_norm.sequence.2.u",
            "spectral_norm.sequence.2.bias");
    assertThat(m.parameters().count(true)).isEqualTo(2 * 2 * 2 * 3 + 3 + 12 * 2 + 2);
    m.parameters().set("spectral_norm.sequence.2.bias", Tensor.of(Shape.of(2), 7, -7));
    float[] y = m.run(Tensor.zeros(Shape.of(1, 3, 3, 2))).data();
    assertThat(y).containsExactly(7, -7);
  }

  /** A layer used twice in a step takes one step of the iteration, and its σ is the same. */
  @Test
  void twoUsesAreNormalisedAlike() {
    Layer shared = dense(2);
    Model m = model(spectralNorm(x -> shared.apply(shared.apply(x))), Shape.of(2));
    assertThat(m.trace(1, true).updates()).hasSize(1);
    assertThat(m.parameters().all()).hasSize(3);
  }
}
