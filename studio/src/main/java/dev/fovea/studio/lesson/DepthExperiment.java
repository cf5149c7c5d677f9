package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How large activations are, layer after layer, where weights begin too small or too large, with
 * and without batch norm.
 */
final class DepthExperiment implements Experiment {
  private static final int UNITS = 64;
  private static final int BATCH = 128;
  private static final int LAYERS = 12;

  @Override
  public String name() {
    return "depth";
  }

  @Override
  public Figures show(Fields f) {
    double gain = f.number("gain", 0.1, 4);
    double[] plain = sizes(gain, false);
    double[] normalised = sizes(gain, true);
    return new Figures()
        .number("layer 1, plain", plain[0])
        .number("layer 12, plain", plain[LAYERS - 1])
        .number("layer 12, batch norm", normalised[LAYERS - 1])
        .logarithmicCurves(
            "Root of the mean square of what each layer gives",
            "layer",
            IntStream.rangeClosed(1, LAYERS).asDoubleStream().toArray(),
            new Figures.Line("plain", plain),
            new Figures.Line("batch norm", normalised));
  }

  /** Returns the size of each layer's results for one batch, computed as in training. */
  private static double[] sizes(double gain, boolean norm) {
    Initializer start = Initializer.normal(gain * Math.sqrt(2.0 / UNITS));
    Layer product = dense(UNITS).noBias().init(start);
    Layer layer = norm ? sequence(product, batchNorm(), relu()) : sequence(product, relu());
    List<Model> models =
        IntStream.range(0, LAYERS)
            .mapToObj(
                i -> Model.build(layer, Shape.of(UNITS), Seed.of(4).split(i), Engine.shared()))
            .toList();
    TrainingStep step =
        TrainingStep.of(
            in -> {
              List<Signal> all = new ArrayList<>();
              Signal x = in.getFirst();
              for (Model m : models) {
                x = m.apply(x);
                all.add(x);
              }
              all.addFirst(x.with(x.value().mean(0, 1)));
              return all;
            },
            List.of(Shape.of(UNITS)),
            Optimizers.sgd(1),
            BATCH,
            models.toArray(Model[]::new));
    step.gradients(Seed.of(0), Numbers.gaussian(Shape.of(BATCH, UNITS), Seed.of(8)));
    return IntStream.range(0, LAYERS).mapToDouble(i -> size(step.output(i))).toArray();
  }

  private static double size(Tensor t) {
    return Numbers.norm(t) / Math.sqrt(t.data().length);
  }
}
