import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.*;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.quality.*;
import dev.fovea.data.*;
import dev.fovea.nn.*;
import dev.fovea.tensor.*;
import dev.fovea.train.*;
import dev.fovea.vision.*;
import dev.fovea.zoo.LeNet5;

/**
 * Networks learn to draw digits and clothes: a generator against a discriminator (DCGAN), one with
 * spectral normalisation (SN-GAN), and a critic with a gradient penalty (WGAN-GP).
 *
 * <p>Judged by a LeNet-5 that has learned the same pictures: the Fréchet distance in its features,
 * and how evenly the drawings spread over the ten classes. Radford et al. (2016), Miyato et
 * al. (2018), Gulrajani et al. (2017).
 */
static final int CODE = 64;

static final int BATCH = 64;

static final Shape PICTURE = Shape.of(28, 28, 1);

/** 0 … 255 to −1 … 1, which is what tanh draws. */
static final Preprocessing SCALE =
    Preprocessing.scaled(PICTURE).withMeanAndStd(List.of(.5f), List.of(.5f));

/** [64] of noise become a picture 28 × 28 × 1 with values −1 … 1. */
Layer generator() {
  return sequence(
      dense(7 * 7 * 64), batchNorm(), relu(), reshape(7, 7, 64),
      convTranspose2d(32, 4).stride(2).padding(1), batchNorm(), relu(),
      convTranspose2d(1, 4).stride(2).padding(1), tanh());
}

/** A picture becomes one number: high for a real one. */
Layer discriminator() {
  return sequence(
      conv2d(32, 4).stride(2).same(), leakyRelu(0.2),
      conv2d(64, 4).stride(2).same(), leakyRelu(0.2),
      flatten(), dense(1));
}

/** Learns, draws the same codes eight times on the way, and draws to be judged. */
Tensor learn(Example gan, String name, Model generator, Adversaries pair, Dataset real, int full) {
  Seed seed = gan.seed().split(name);
  ContactSheet sheet = new ContactSheet(56, 56).columns(8);
  int steps = gan.steps(full);
  try (EndlessBatches batches = new EndlessBatches(real, BATCH, seed.split("batches"))) {
    for (int i = 0; i < steps; i++) {
      Adversaries.Losses losses = pair.learn(() -> batches.next().input(), seed.split(i));
      gan.progress(i, "discriminator", losses.judge(), "generator", losses.generator());
      if ((i + 1) % Math.max(1, steps / 8) == 0) {
        Tensor drawn = generator.run(noise(8, gan.seed().split("sheet")));
        for (int d = 0; d < 8; d++) {
          sheet.add(Pictures.bytes(drawn.sample(d), -1, 1), "" + (i + 1));
        }
      }
    }
  }
  gan.picture(name + ".png", sheet.toImage());
  return generator.run(noise(gan.count(2_000), seed.split("drawn")));
}

Tensor noise(int count, Seed seed) {
  return Noise.normal(Shape.of(count, CODE), seed);
}

/** Lets each kind learn from a set and judges what it draws. */
void compare(Example gan, String name, DataSplit set, int steps) {
  Dataset real = set.train().normalized(SCALE);
  System.out.println(name + ": LeNet-5, which will judge");
  Model lenet = Model.build(LeNet5.of(10), PICTURE, gan.seed().split("lenet"));
  Trainer.of(lenet, crossEntropy(), adam(2e-3)).listeners(gan.listener())
      .fit(real.take(gan.count(10_000)).shuffled().batches(50), gan.epochs(2));
  Features features = Features.of(lenet, "10");
  Tensor asked = features.of(set.test().normalized(SCALE), 2_000);
  for (String way : List.of("DCGAN", "SN-GAN", "WGAN-GP")) {
    Model generator = Model.build(generator(), Shape.of(CODE), gan.seed().split("generator"));
    Layer layers = way.equals("SN-GAN") ? spectralNorm(discriminator()) : discriminator();
    Model judge = Model.build(layers, PICTURE, gan.seed().split("discriminator"));
    boolean steep = way.equals("WGAN-GP");
    Adversaries pair = steep
        ? Adversaries.wasserstein(generator, judge, adam(2e-4).betas(0.5, 0.9), BATCH, 3)
        : Adversaries.classifying(generator, new Discriminator(judge, binaryCrossEntropy()),
            adam(2e-4).betas(0.5, 0.999), BATCH);
    String file = (name + "-" + way).toLowerCase(Locale.ROOT);
    Tensor drawn = learn(gan, file, generator, pair, real, steep ? steps / 3 : steps);
    gan.measure(name + ", " + way + ": Fréchet distance",
        FrechetDistance.of(asked, features.of(drawn)));
    gan.measure(name + ", " + way + ": class entropy, bits of 3.32",
        ClassEntropy.of(lenet.predictAll(drawn)));
  }
}

void main(String[] args) {
  Example gan = Example.start("gan", args);
  gan.twins(Map.of(
      "digits, DCGAN: Fréchet distance", 6.2969, "digits, DCGAN: class entropy, bits of 3.32", 2.9175,
      "digits, WGAN-GP: Fréchet distance", 5.4488, "digits, WGAN-GP: class entropy, bits of 3.32", 3.0217,
      "clothes, DCGAN: Fréchet distance", 4.3939, "clothes, DCGAN: class entropy, bits of 3.32", 3.1709,
      "clothes, WGAN-GP: Fréchet distance", 5.4688, "clothes, WGAN-GP: class entropy, bits of 3.32", 3.2132));
  var sets = gan.sets("mnist", "fashion-mnist");
  if (sets.isEmpty()) {
    compare(gan, "digits", Digits.load(), 450);
  }
  sets.forEach((set, folder) -> compare(gan, set.equals("mnist") ? "digits" : "clothes",
      set.equals("mnist") ? Idx.mnist(folder) : Idx.fashionMnist(folder), 900));
  gan.end();
}
