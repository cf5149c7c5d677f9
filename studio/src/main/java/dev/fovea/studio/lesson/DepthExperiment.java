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
import java.util.Arrays;
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

  /** A histogram's bins: powers of ten from 10⁻³ to 10³, each in four parts. */
  private static final int DECADES = 3;

  private static final int PARTS = 4;
  private static final int BINS = 2 * DECADES * PARTS;

  /**
   * What one batch comes to.
   *
   * @param sizes how large each layer's results are
   * @param shares of the last layer's results that are above 0, the share in each bin
   */
  private record Passed(List<Double> sizes, List<Double> shares) {
    /** Returns the share of the numbers above 0 that are 10 or more. */
    double large() {
      return shares.stream().skip((DECADES + 1) * PARTS).mapToDouble(x -> x).sum();
    }
  }

  @Override
  public String name() {
    return "depth";
  }

  @Override
  public Figures show(Fields f) {
    double gain = f.number("gain", 0.1, 4);
    Passed plain = pass(gain, false);
    Passed normalised = pass(gain, true);
    return new Figures()
        .number("layer 1, plain", plain.sizes.getFirst())
        .number("layer 12, plain", plain.sizes.getLast())
        .number("layer 12, batch norm", normalised.sizes.getLast())
        .number("share of 10 or more, plain", plain.large())
        .number("share of 10 or more, batch norm", normalised.large())
        .logarithmicCurves(
            "Root of the mean square of what each layer gives",
            "layer",
            IntStream.rangeClosed(1, LAYERS).asDoubleStream().toArray(),
            new Figures.Line("plain", plain.sizes),
            new Figures.Line("batch norm", normalised.sizes))
        .curves(
            "Which numbers layer 12 gives: the share of those above 0",
            "log₁₀ of the number",
            IntStream.range(0, BINS).mapToDouble(i -> (i + 0.5) / PARTS - DECADES).toArray(),
            new Figures.Line("plain", plain.shares),
            new Figures.Line("batch norm", normalised.shares));
  }

  /** Returns what one batch comes to, computed as in training. */
  private static Passed pass(double gain, boolean norm) {
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
    List<Double> sizes = IntStream.range(0, LAYERS).mapToObj(i -> size(step.output(i))).toList();
    return new Passed(sizes, shares(step.output(LAYERS - 1)));
  }

  /**
   * Returns the histogram of numbers above 0; what lies beyond its ends counts to the last bins.
   */
  private static List<Double> shares(Tensor t) {
    double[] shares = new double[BINS];
    double above = 0;
    for (float v : t.data()) {
      if (v > 0) {
        int bin = (int) Math.floor((Math.log10(v) + DECADES) * PARTS);
        shares[Math.clamp(bin, 0, BINS - 1)]++;
        above++;
      }
    }
    double all = Math.max(1, above);
    return Arrays.stream(shares).mapToObj(n -> n / all).toList();
  }

  private static double size(Tensor t) {
    return Numbers.norm(t) / Math.sqrt(t.data().length);
  }
}
