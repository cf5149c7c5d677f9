import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.binaryCrossEntropy;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Epochs.epochs;

import dev.fovea.apps.EndlessBatches;
import dev.fovea.apps.Example;
import dev.fovea.apps.Features;
import dev.fovea.apps.Noise;
import dev.fovea.apps.Pictures;
import dev.fovea.apps.quality.ClassEntropy;
import dev.fovea.apps.quality.FrechetDistance;
import dev.fovea.data.Dataset;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.data.Preprocessing;
import dev.fovea.nn.*;
import dev.fovea.tensor.*;
import dev.fovea.train.*;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.Idx;
import dev.fovea.zoo.LeNet5;
import java.awt.image.BufferedImage;

/**
 * A DCGAN learns to draw digits: a generator against a discriminator.
 *
 * <p>Judged by a LeNet-5 that has learnt the same digits: the Fréchet distance in its features, and
 * how evenly the drawings spread over the ten classes. Radford et al. (2016).
 */
static final int CODE = 64;

static final int BATCH = 64;

/** [64] of noise become a picture 28 × 28 × 1 with values −1 … 1. */
Layer generator() {
  return sequence(
      dense(7 * 7 * 64), batchNorm(), relu(), reshape(7, 7, 64),
      convTranspose2d(32, 4).stride(2).padding(1), batchNorm(), relu(),
      convTranspose2d(1, 4).stride(2).padding(1), tanh());
}

/** A picture becomes one logit: positive for a real one. */
Layer discriminator() {
  return sequence(
      conv2d(32, 4).stride(2).same(), leakyRelu(0.2),
      conv2d(64, 4).stride(2).same(), leakyRelu(0.2),
      flatten(), dense(1));
}

void main(String[] args) {
  Example gan = Example.start("gan", args);
  Seed seed = gan.seed();
  DataSplit digits = gan.data("mnist").map(Idx::mnist).orElseGet(Digits::load);
  Shape picture = Shape.of(28, 28, 1);
  // 0 … 255 to −1 … 1, which is what tanh draws.
  Preprocessing scale = Preprocessing.scaled(picture).withMeanAndStd(List.of(.5f), List.of(.5f));
  Dataset real = digits.train().normalized(scale);

  Model generator = Model.build(generator(), Shape.of(CODE), seed.split("generator"));
  Model discriminator = Model.build(discriminator(), picture, seed.split("discriminator"));
  Loss loss = binaryCrossEntropy();
  TrainingStep judge = TrainingStep.of(
      in -> {
        Signal right = discriminator.apply(in.get(0));
        Signal made = discriminator.apply(generator.asInTraining("**").apply(in.get(1)));
        return List.of(loss.of(right, right.filled(1)).plus(loss.of(made, made.filled(0))));
      },
      List.of(picture, Shape.of(CODE)), adam(2e-4).betas(0.5, 0.999), BATCH, discriminator);
  TrainingStep forge = TrainingStep.of(
      in -> {
        Signal made = discriminator.apply(generator.apply(in.get(0)));
        return List.of(loss.of(made, made.filled(1)));
      },
      List.of(Shape.of(CODE)), adam(2e-4).betas(0.5, 0.999), BATCH, generator);

  int steps = gan.steps(2_000);
  try (EndlessBatches batches = new EndlessBatches(real, BATCH, seed.split("batches"))) {
    for (int i = 0; i < steps; i++) {
      Seed now = seed.split(i);
      float judged = judge.gradients(now, batches.next().input(), noise(BATCH, now.split("judge")));
      judge.apply();
      float forged = forge.gradients(now, noise(BATCH, now.split("forge")));
      forge.apply();
      gan.progress(i, "discriminator", judged, "generator", forged);
    }
  }

  Tensor drawn = generator.run(noise(gan.count(2_000), seed.split("drawn")));
  Model lenet = Model.build(LeNet5.of(10), picture, seed.split("lenet"));
  Trainer.of(lenet, crossEntropy(), adam(2e-3))
      .fit(real.take(gan.count(10_000)).shuffled().batches(50), epochs(2));
  Features features = Features.of(lenet, "10");
  Dataset test = digits.test().normalized(scale);
  gan.measure("Fréchet distance of drawn and real digits",
      FrechetDistance.of(features.of(test, 2_000), features.of(drawn)));
  gan.measure("class entropy of the drawn, bits of 3.32", ClassEntropy.of(lenet.predictAll(drawn)));
  gan.picture("digits.png", sheet(drawn));
  gan.end();
}

Tensor noise(int count, Seed seed) {
  return Noise.normal(Shape.of(count, CODE), seed);
}

BufferedImage sheet(Tensor drawn) {
  ContactSheet sheet = new ContactSheet(56, 56);
  for (int i = 0; i < Math.min(64, drawn.shape().dim(0)); i++) {
    sheet.add(Pictures.bytes(drawn.sample(i), -1, 1), "");
  }
  return sheet.toImage();
}
