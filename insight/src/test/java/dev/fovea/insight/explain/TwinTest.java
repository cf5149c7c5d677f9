package dev.fovea.insight.explain;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.testing.Engines;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PyTorch's numbers for a network with batch norms and residuals; {@code twin.py} made them. */
final class TwinTest {
  private static final Target CLASS = Target.logit(2);

  private static Layer block(String name) {
    Layer branch =
        sequence(
            conv2d(6, 3).same().noBias().named("conv1"),
            batchNorm().named("bn1"),
            relu(),
            conv2d(6, 3).same().noBias().named("conv2"),
            batchNorm().named("bn2"));
    return sequence(residual(branch), relu()).named(name);
  }

  private static Map<String, Tensor> twin() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(TwinTest.class.getResourceAsStream("twin.safetensors"))) {
      return Safetensors.readWhole(in).tensors();
    }
  }

  private static Model model(Engine engine, Map<String, Tensor> twin) {
    Layer net =
        sequence(
            conv2d(6, 3).same().noBias().named("conv"),
            batchNorm().named("bn"),
            relu(),
            block("block1"),
            maxPool(2),
            block("block2"),
            globalAvgPool(),
            dense(4).named("fc"));
    Tensor x = Objects.requireNonNull(twin.get("x"));
    Model model = Model.build(net, x.shape(), Seed.of(0), engine);
    Map<String, Tensor> weights = new HashMap<>();
    for (var p : model.parameters().all()) {
      // The containers within a block have names of their own here.
      String name = p.name().replaceAll("\\.\\d+(?=\\.)", "");
      weights.put(p.name(), Objects.requireNonNull(twin.get("net." + name), p.name()));
    }
    model.parameters().load("twin", weights);
    return model;
  }

  private static void agree(Tensor ours, Map<String, Tensor> twin, String theirs) {
    Tensor expected = Objects.requireNonNull(twin.get(theirs));
    assertThat(ours.shape()).isEqualTo(expected.shape());
    assertThat(ours.data()).as(theirs).containsExactly(expected.data(), within(2e-5f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "simd"})
  void agreesWithPyTorch(String provider) throws IOException {
    Map<String, Tensor> twin = twin();
    try (Engine engine = Engines.of(provider)) {
      Model model = model(engine, twin);
      Tensor x = Objects.requireNonNull(twin.get("x"));
      agree(model.run(x.reshape(x.shape().prepend(1))).sample(0), twin, "scores");
      Explainer why = Explainer.of(model, CLASS);
      assertThat(why.layer()).startsWith("block2");
      agree(why.explain(Method.SIGNED_SALIENCY, x).detail(), twin, "gradient");
      agree(why.explain(Method.GUIDED_BACKPROP, x).detail(), twin, "guided");
      Probe deconvnet = Probe.ofGradients(model, CLASS, BackwardRules.DECONVNET);
      agree(deconvnet.read(x).gradient(), twin, "deconvnet");
      Explanation integrated = why.explain(Method.INTEGRATED_GRADIENTS, x);
      agree(integrated.detail(), twin, "integrated");
      assertThat(integrated.figures().get("delta")).isCloseTo(0, within(0.02));
      var reading = Probe.ofLayers(model, CLASS, List.of(why.layer())).read(x);
      Tensor map = ClassActivation.GRAD_CAM.map(reading, why.layer());
      agree(ClassActivation.rectified(map), twin, "grad_cam");
    }
  }
}
