package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.reshape;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.sigmoid;

import dev.fovea.data.Digits;
import dev.fovea.data.InMemoryImages;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A network passes digits through few numbers and draws them again; with noise, without it. */
final class AutoencoderExperiment implements Experiment {
  private static final int TRAIN = 640;
  private static final int TEST = 100;
  private static final int BATCH = 32;
  private static final int STEPS = 200;
  private static final int SHOWN = 6;
  private static final Shape PICTURE = Shape.of(Digits.SIZE, Digits.SIZE, 1);

  @Override
  public String name() {
    return "autoencoder";
  }

  @Override
  public Figures show(Fields f) {
    int code = f.integer("code", 1, 64);
    double noise = f.number("noise", 0, 1);
    Model model =
        SmallDigits.build(
            sequence(
                flatten(),
                dense(96),
                relu(),
                dense(code).named("code"),
                dense(96),
                relu(),
                dense(PICTURE.elements()),
                sigmoid(),
                reshape(Digits.SIZE, Digits.SIZE, 1)));
    learn(model, noise);
    Tensor clean = pictures(Seed.of(2), TEST);
    Tensor given = noisy(clean, noise, Seed.of(11));
    Tensor drawn = model.run(given);
    SequencedMap<String, Tensor> seen = new LinkedHashMap<>();
    for (int i = 0; i < SHOWN; i++) {
      seen.put("given " + (i + 1), Numbers.grey(given.sample(i)));
      seen.put("drawn " + (i + 1), Numbers.grey(drawn.sample(i)));
    }
    return new Figures()
        .number("numbers of a picture", PICTURE.elements())
        .number("numbers of its code", code)
        .number("PSNR of what is given, dB", psnr(clean, given))
        .number("PSNR of what is drawn, dB", psnr(clean, drawn))
        .pictures("Digits that it has not seen", seen);
  }

  private static void learn(Model model, double noise) {
    TrainingStep step =
        TrainingStep.of(
            in -> List.of(Losses.meanSquaredError().of(model.apply(in.get(0)), in.get(1))),
            List.of(PICTURE, PICTURE),
            Optimizers.adam(3e-3),
            BATCH,
            model);
    Tensor all = pictures(Seed.of(1), TRAIN);
    for (int i = 0; i < STEPS; i++) {
      Tensor clean = Tensor.zeros(PICTURE.prepend(BATCH));
      int first = i * BATCH % TRAIN * PICTURE.elements();
      System.arraycopy(all.data(), first, clean.data(), 0, clean.data().length);
      step.gradients(Seed.of(i), noisy(clean, noise, Seed.of(10).split(i)), clean);
      step.apply();
    }
    model.parameters().changed();
  }

  /** Returns digits with values from 0 to 1, [N, 28, 28, 1]. */
  private static Tensor pictures(Seed seed, int count) {
    InMemoryImages digits = SmallDigits.of(seed, count, SmallDigits.Change.NONE);
    Tensor all = Tensor.zeros(PICTURE.prepend(count));
    for (int n = 0; n < count; n++) {
      float[] picture = digits.picture(n).data();
      for (int i = 0; i < picture.length; i++) {
        all.data()[n * picture.length + i] = picture[i] / 255;
      }
    }
    return all;
  }

  private static Tensor noisy(Tensor clean, double deviation, Seed seed) {
    Tensor noisy = clean.copy();
    Rng rng = seed.rng();
    for (int i = 0; i < noisy.data().length && deviation > 0; i++) {
      noisy.data()[i] += (float) (deviation * rng.nextGaussian());
    }
    return noisy;
  }

  /** Returns −10 · log₁₀ of the mean squared error of values from 0 to 1; 99 for none. */
  private static double psnr(Tensor truth, Tensor other) {
    double distance = Numbers.distance(truth, other);
    double mean = distance * distance / truth.data().length;
    return mean == 0 ? 99 : -10 * Math.log10(mean);
  }
}
