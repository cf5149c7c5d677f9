import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.adamW;

import dev.fovea.apps.*;
import dev.fovea.data.*;
import dev.fovea.insight.embed.Pca;
import dev.fovea.nn.*;
import dev.fovea.tensor.*;
import dev.fovea.train.TrainingStep;
import dev.fovea.vision.*;
import java.awt.image.BufferedImage;
import java.util.function.IntFunction;

/**
 * Autoencoders: digits in 32 numbers beside principal components, digits without noise, and the
 * filters of a sparse code.
 *
 * <p>Hinton and Salakhutdinov (2006), Vincent et al. (2008), Ng (2011).
 */
static final int CODE = 32;

static final int BATCH = 64;

static final int UNITS = 100;

static final float NOISE = 0.4f;

static final Shape PICTURE = Shape.of(28, 28, 1);

Layer encoder() {
  return sequence(
      conv2d(16, 3).stride(2).same(), relu(), conv2d(32, 3).stride(2).same(), relu(),
      flatten(), dense(CODE));
}

Layer decoder() {
  return sequence(
      dense(7 * 7 * 32), relu(), reshape(7, 7, 32),
      convTranspose2d(16, 4).stride(2).padding(1), relu(),
      convTranspose2d(1, 4).stride(2).padding(1), sigmoid());
}

/** Takes steps, each on the inputs that batch gives. */
void learn(Example auto, String name, int steps, TrainingStep step, IntFunction<Tensor[]> batch) {
  System.out.println(name);
  int count = auto.steps(steps);
  for (int i = 0; i < count; i++) {
    float loss = step.gradients(auto.seed().split(i), batch.apply(i));
    step.apply();
    auto.progress(i, "loss", loss);
  }
}

/** Returns an autoencoder that has learned to give pictures back, without the noise. */
Model learned(Example auto, String name, Dataset train, float noise) {
  Model model = Model.build(sequence(encoder(), decoder()), PICTURE, auto.seed().split(name));
  TrainingStep step = TrainingStep.of(model, meanSquaredError(), adam(1e-3), BATCH);
  try (EndlessBatches batches = new EndlessBatches(train, BATCH, auto.seed().split(name))) {
    learn(auto, name, 2_500, step, i -> {
      Tensor clean = batches.next().input().copy();
      return new Tensor[] {noisy(clean, noise, auto.seed().split(i)), clean};
    });
  }
  return model;
}

Tensor noisy(Tensor pictures, float deviation, Seed seed) {
  Tensor noisy = Noise.added(pictures, deviation, seed);
  for (int i = 0; i < noisy.data().length; i++) {
    noisy.data()[i] = Math.clamp(noisy.data()[i], 0, 1);
  }
  return noisy;
}

/** Returns pictures [N, 28, 28, 1] as one, each below the one before. */
Tensor column(Tensor pictures) {
  return pictures.reshape(Shape.of(pictures.shape().dim(0) * 28, 28, 1));
}

double error(Tensor a, Tensor b) {
  return PictureSimilarity.squaredDifference(column(a), column(b));
}

double decibels(Tensor a, Tensor b) {
  return PictureSimilarity.peakSignalToNoise(
      Pictures.bytes(column(a), 0, 1), Pictures.bytes(column(b), 0, 1));
}

/** Learns a code of 100 units, of which few speak where `weight` is not 0; returns the filters. */
Tensor filters(Example auto, String name, Dataset train, float weight) {
  Seed seed = auto.seed().split(name);
  Model in = Model.build(sequence(flatten(), dense(UNITS), sigmoid()), PICTURE, seed);
  Model out = Model.build(sequence(dense(784), reshape(28, 28, 1)), Shape.of(UNITS), seed);
  Loss loss = meanSquaredError();
  TrainingStep step = TrainingStep.of(
      x -> {
        Signal code = in.apply(x.get(0));
        Signal error = loss.of(out.apply(code), x.get(0)).times(784);
        return List.of(error.plus(Sparseness.penalty(code, 0.05).times(weight)));
      },
      List.of(PICTURE), adamW(2e-3).weightDecay(0.01), BATCH, in, out);
  try (EndlessBatches batches = new EndlessBatches(train, BATCH, seed)) {
    learn(auto, name, 3_000, step, i -> new Tensor[] {batches.next().input()});
  }
  return out.parameters().tensor(out.parameters().matching("**weight").getFirst())
      .reshape(Shape.of(UNITS, 28, 28));
}

BufferedImage sheet(Tensor filters) {
  ContactSheet sheet = new ContactSheet(56, 56);
  for (int i = 0; i < UNITS; i++) {
    float most = 0;
    Tensor filter = filters.sample(i).reshape(PICTURE);
    for (float w : filter.data()) {
      most = Math.max(most, Math.abs(w));
    }
    sheet.add(Pictures.bytes(filter, -most, most), "");
  }
  return sheet.toImage();
}

void main(String[] args) {
  Example auto = Example.start("autoencoders", args);
  DataSplit digits = auto.data("mnist").map(Idx::mnist)
      .orElseGet(() -> Digits.load(auto.seed(), auto.count(10_000), auto.count(1_000)));
  Dataset train = digits.train().normalized(Preprocessing.scaled(PICTURE));
  Tensor test = Pictures.of(digits.test().normalized(Preprocessing.scaled(PICTURE)), auto.count(1_000));
  Tensor rows = Pictures.of(train, auto.count(2_000));
  Pca pca = Pca.of(rows.reshape(Shape.of(auto.count(2_000), 784)), CODE);
  Tensor flat = pca.restored(test.reshape(Shape.of(auto.count(1_000), 784)));
  Tensor told = learned(auto, "code of 32 numbers", train, 0).run(test);
  auto.measure("squared error, 32 principal components", error(flat.reshape(test.shape()), test));
  auto.measure("squared error, autoencoder with 32 numbers", error(told, test), 0.00594);
  Tensor noisy = noisy(test, NOISE, auto.seed());
  Tensor clean = learned(auto, "without noise", train, NOISE).run(noisy);
  auto.measure("PSNR of noisy digits", decibels(noisy, test));
  auto.measure("PSNR without the noise", decibels(clean, test), 19.43);
  Tensor dense = filters(auto, "code of 100 units", train, 0);
  Tensor sparse = filters(auto, "sparse code", train, 1);
  auto.measure("locality of filters (share in 9 × 9)", Sparseness.locality(dense, 9));
  auto.measure("locality of filters, sparse code", Sparseness.locality(sparse, 9));
  auto.picture("sparse-filters.png", sheet(sparse));
  auto.picture("dense-filters.png", sheet(dense));
  auto.end();
}
