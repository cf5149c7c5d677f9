package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How large the gradient of the score is behind each block of two convolutions, in a network that
 * has learned nothing yet, with skip connections and without.
 */
final class GradientFlowExperiment implements Experiment {
  private static final int CHANNELS = 8;
  private static final Shape PICTURE = Shape.of(8, 8, 3);

  @Override
  public String name() {
    return "gradient-flow";
  }

  @Override
  public Figures show(Fields f) {
    int depth = f.integer("depth", 4, 64);
    double[] plain = norms(depth / 2, false);
    double[] skipping = norms(depth / 2, true);
    return new Figures()
        .number("first block, plain", plain[0])
        .number("first block, with skips", skipping[0])
        .number("last block, plain", plain[plain.length - 1])
        .number("plain, first to last", plain[0] / plain[plain.length - 1])
        .number("with skips, first to last", skipping[0] / skipping[skipping.length - 1])
        .logarithmicCurves(
            "Norm of the gradient behind each block",
            "block",
            IntStream.rangeClosed(1, plain.length).asDoubleStream().toArray(),
            new Figures.Line("plain", plain),
            new Figures.Line("with skips", skipping));
  }

  private static double[] norms(int blocks, boolean skips) {
    List<Layer> layers = new ArrayList<>(List.of(conv2d(CHANNELS, 3).same()));
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      Layer two = sequence(conv2d(CHANNELS, 3).same(), relu(), conv2d(CHANNELS, 3).same(), relu());
      layers.add((skips ? residual(two) : two).named("block" + i));
      paths.add("block" + i);
    }
    layers.add(globalAvgPool());
    layers.add(dense(10));
    Model model = Model.build(sequence(layers), PICTURE, Seed.of(6), Engine.shared());
    var gradients =
        Probe.ofLayers(model, Target.logit(0), paths)
            .read(Numbers.gaussian(PICTURE, Seed.of(9)))
            .gradients();
    return paths.stream()
        .mapToDouble(p -> Numbers.norm(Objects.requireNonNull(gradients.get(p))))
        .toArray();
  }
}
