package dev.fovea.studio.lesson;

import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.insight.colour.ValueScale;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.op.GradientRule;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ImageKernels;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/** An activation function, its derivative, and what it makes of a map of edges. */
final class ActivationExperiment implements Experiment {
  private static final int POINTS = 161;
  private static final double REACH = 4;

  private static final SequencedMap<String, Layer> FUNCTIONS = functions();

  private static SequencedMap<String, Layer> functions() {
    SequencedMap<String, Layer> all = new LinkedHashMap<>();
    all.put("relu", Layers.relu());
    all.put("leaky_relu", Layers.leakyRelu(0.1));
    all.put("elu", Layers.elu());
    all.put("gelu", Layers.gelu());
    all.put("silu", Layers.silu());
    all.put("sigmoid", Layers.sigmoid());
    all.put("tanh", Layers.tanh());
    all.put("softplus", Layers.softplus());
    return Collections.unmodifiableSequencedMap(all);
  }

  @Override
  public String name() {
    return "activation";
  }

  @Override
  public Figures show(Fields f) {
    String function = f.oneOf("function", List.copyOf(FUNCTIONS.keySet()));
    double at = f.number("at", -REACH, REACH, 0);
    Layer layer = Objects.requireNonNull(FUNCTIONS.get(function));
    Model model = Model.build(layer, Shape.of(1), Seed.of(0), Engine.shared());
    Probe probe = Probe.ofGradients(model, Target.probability(0), GradientRule.EXACT);
    double[] x = new double[POINTS];
    double[] y = new double[POINTS];
    double[] slope = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      x[i] = REACH * (2.0 * i / (POINTS - 1) - 1);
    }
    probe.read(
        POINTS,
        (i, to, offset) -> to[offset] = (float) x[i],
        (reading, i) -> {
          y[i] = reading.score();
          slope[i] = reading.gradient().data()[0];
        });
    var there = probe.read(Tensor.of(Shape.of(1), (float) at));
    Tensor edges = edges();
    Tensor active =
        Model.build(layer, edges.shape().dropFirst(), Seed.of(0), Engine.shared()).run(edges);
    return new Figures()
        .number("x", at)
        .number("f(x)", there.score())
        .number("f′(x)", there.gradient().data()[0])
        .curves(function, "x", x, new Figures.Line("f", y), new Figures.Line("f′", slope))
        .pictures("Edges of a digit, before and after", pictures(edges, active));
  }

  /** Returns the answers of the kernel that finds left edges to a seven, [1, H, W, 1]. */
  private static Tensor edges() {
    byte[] pixels = Digits.draw(7, Seed.of(7));
    Tensor picture = Tensor.zeros(Shape.of(Digits.SIZE, Digits.SIZE, 1));
    for (int i = 0; i < pixels.length; i++) {
      picture.data()[i] = (pixels[i] & 0xFF) / 255f;
    }
    Tensor found = ImageKernels.find("sobel-left").kernel().orElseThrow().correlate(picture);
    return found.reshape(found.shape().prepend(1));
  }

  private static SequencedMap<String, Tensor> pictures(Tensor before, Tensor after) {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    double limit = ValueScale.whole(before).high();
    all.put("before", Numbers.coloured(before, limit));
    all.put("after", Numbers.coloured(after, limit));
    return all;
  }
}
