package dev.fovea.insight.explain;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.testing.Engines;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributions against loops in float64. */
final class ReferenceTest {
  private static final int CLASS = 1;
  private static final Tensor X = Engines.random(6, 7, 9, 3);

  private static Model model(Engine engine) {
    return Model.build(
        sequence(
            conv2d(5, 3).same().noBias(),
            relu(),
            maxPool(2),
            conv2d(6, 2).noBias(),
            relu(),
            globalAvgPool(),
            dense(3).noBias()),
        Shape.of(7, 9, 3),
        Seed.of(4),
        engine);
  }

  private static ReferenceNet.Result reference(Model m, ReferenceNet.Rectifier rectifier) {
    return new ReferenceNet(
            m.parameters().tensor("0.weight"),
            m.parameters().tensor("3.weight"),
            m.parameters().tensor("6.weight"),
            rectifier)
        .run(X, CLASS);
  }

  private static void agree(Tensor ours, ReferenceNet.Maps reference) {
    assertThat(ours.data()).containsExactly(reference.floats(), within(1e-5f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void gradientsByEachRule(String provider) {
    try (Engine engine = Engines.of(provider)) {
      Model m = model(engine);
      Explainer why = Explainer.of(m, Target.logit(CLASS));
      ReferenceNet.Result exact = reference(m, (x, r) -> x > 0 ? r : 0);
      Explanation gradient = why.explain(Method.SALIENCY, X);
      assertThat(gradient.score()).isCloseTo(exact.score(), within(1e-5));
      agree(gradient.detail(), exact.inputGradient());
      agree(
          Probe.ofGradients(m, why.target(), BackwardRules.DECONVNET).read(X).gradient(),
          reference(m, (x, r) -> Math.max(0, r)).inputGradient());
      agree(
          why.explain(Method.GUIDED_BACKPROP, X).detail(),
          reference(m, (x, r) -> x > 0 ? Math.max(0, r) : 0).inputGradient());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void valuesAndGradientsOfALayer(String provider) {
    try (Engine engine = Engines.of(provider)) {
      Model m = model(engine);
      ReferenceNet.Result exact = reference(m, (x, r) -> x > 0 ? r : 0);
      var read = Probe.ofLayers(m, Target.logit(CLASS), List.of("4")).read(X);
      agree(read.values().getOrDefault("4", X), exact.last());
      agree(read.gradients().getOrDefault("4", X), exact.lastGradient());
    }
  }

  /** A deconvnet of one unit: the score is that unit's activation. */
  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void oneUnitIsProjectedBack(String provider) {
    try (Engine engine = Engines.of(provider)) {
      Model m = model(engine);
      Target unit = Target.unit("2", 3, 1, 2);
      Tensor back = Probe.ofGradients(m, unit, BackwardRules.DECONVNET).read(X).gradient();
      // Max pooling of 2, then a 3×3 kernel: rows 2 … 3 and columns 4 … 5 and one around them.
      for (int y = 0; y < 7; y++) {
        for (int x = 0; x < 9; x++) {
          boolean seen = y >= 1 && y <= 4 && x >= 3 && x <= 6;
          for (int c = 0; c < 3 && !seen; c++) {
            assertThat(back.get(y, x, c)).isZero();
          }
        }
      }
      assertThat(Engines.sum(back)).isNotZero();
    }
  }

  /** That of a class begins with the unit that the score owes most to, and its activation. */
  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void theUnitThatCountsMostIsProjectedBack(String provider) {
    try (Engine engine = Engines.of(provider)) {
      Model m = model(engine);
      Explanation e = Explainer.of(m, Target.logit(CLASS)).at("4").explain(Method.DECONVNET, X);
      ReferenceNet.Result exact = reference(m, (x, r) -> x > 0 ? r : 0);
      int best = 0;
      for (int i = 0; i < exact.last().v.length; i++) {
        double owed = exact.last().v[i] * exact.lastGradient().v[i];
        best = owed > exact.last().v[best] * exact.lastGradient().v[best] ? i : best;
      }
      int channels = exact.last().c;
      assertThat(e.figures()).containsEntry("channel", (double) (best % channels));
      Target unit =
          Target.unit(
              "4",
              best % channels,
              best / channels / exact.last().w,
              best / channels % exact.last().w);
      Tensor one = Probe.ofGradients(m, unit, BackwardRules.DECONVNET).read(X).gradient();
      for (int i = 0; i < one.data().length; i++) {
        double expected = one.data()[i] * exact.last().v[best];
        assertThat((double) e.detail().data()[i]).isCloseTo(expected, within(1e-5));
      }
    }
  }
}
