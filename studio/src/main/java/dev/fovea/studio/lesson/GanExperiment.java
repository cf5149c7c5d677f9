package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.leakyRelu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;

/**
 * Two networks play against each other over single numbers: the generator makes numbers of noise,
 * the discriminator tells them from real ones, which lie around 3.
 */
final class GanExperiment implements Experiment {
  private static final int BATCH = 64;
  private static final int TEST = 1_000;
  private static final int BINS = 32;
  private static final double LOW = -2;
  private static final double HIGH = 6;
  private static final Shape NUMBER = Shape.of(1);

  @Override
  public String name() {
    return "gan";
  }

  @Override
  public Figures show(Fields f) {
    int steps = f.integer("steps", 0, 1_000);
    Model generator = model(sequence(dense(16), leakyRelu(0.2), dense(1)), 1);
    Model discriminator = model(sequence(dense(16), leakyRelu(0.2), dense(1)), 2);
    Loss loss = Losses.binaryCrossEntropy();
    TrainingStep judge =
        TrainingStep.of(
            in -> {
              Signal real = discriminator.apply(in.get(0));
              Signal made = discriminator.apply(generator.apply(in.get(1)));
              return List.of(loss.of(real, real.filled(1)).plus(loss.of(made, made.filled(0))));
            },
            List.of(NUMBER, NUMBER),
            Optimizers.adam(5e-3),
            BATCH,
            discriminator);
    TrainingStep make =
        TrainingStep.of(
            in -> {
              Signal made = discriminator.apply(generator.apply(in.get(0)));
              return List.of(loss.of(made, made.filled(1)));
            },
            List.of(NUMBER),
            Optimizers.adam(1e-3),
            BATCH,
            generator);
    float judged = 0;
    for (int i = 0; i < steps; i++) {
      Seed seed = Seed.of(20).split(i);
      judged =
          judge.gradients(
              seed,
              real(BATCH, seed),
              Numbers.gaussian(NUMBER.prepend(BATCH), seed.split("judge")));
      judge.apply();
      make.gradients(seed, Numbers.gaussian(NUMBER.prepend(BATCH), seed.split("make")));
      make.apply();
    }
    generator.parameters().changed();
    Tensor made = generator.run(Numbers.gaussian(NUMBER.prepend(TEST), Seed.of(30)));
    Tensor real = real(TEST, Seed.of(31));
    double[] x = new double[BINS];
    for (int i = 0; i < BINS; i++) {
      x[i] = LOW + (i + 0.5) * (HIGH - LOW) / BINS;
    }
    return new Figures()
        .number("mean of the real numbers", mean(real))
        .number("mean of the made numbers", mean(made))
        .number("loss of the discriminator", judged)
        .number("its loss where it can only guess", 2 * Math.log(2))
        .curves(
            "How often numbers occur",
            "number",
            x,
            new Figures.Line("real", histogram(real)),
            new Figures.Line("made", histogram(made)));
  }

  private static Model model(Layer layer, int seed) {
    return Model.build(layer, NUMBER, Seed.of(seed), Engine.shared());
  }

  private static Tensor real(int count, Seed seed) {
    Tensor t = Numbers.gaussian(NUMBER.prepend(count), seed.split("real"));
    for (int i = 0; i < count; i++) {
      t.data()[i] = 3 + 0.5f * t.data()[i];
    }
    return t;
  }

  private static double mean(Tensor t) {
    double sum = 0;
    for (float v : t.data()) {
      sum += v;
    }
    return sum / t.data().length;
  }

  private static double[] histogram(Tensor t) {
    double[] shares = new double[BINS];
    for (float v : t.data()) {
      int bin = (int) Math.floor((v - LOW) / (HIGH - LOW) * BINS);
      if (bin >= 0 && bin < BINS) {
        shares[bin] += 1.0 / t.data().length;
      }
    }
    return shares;
  }
}
