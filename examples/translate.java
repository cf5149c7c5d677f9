import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.*;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.translate.*;
import dev.fovea.nn.*;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.*;
import dev.fovea.train.TrainingStep;
import dev.fovea.vision.*;
import java.util.function.Function;

/**
 * Pictures are translated into another kind: learned from pairs (pix2pix), and without (CycleGAN).
 *
 * <p>A discriminator judges patches, not whole pictures. With pairs, the translation must also be
 * near the right one; without, what is translated there and back must be what it was. Emoji of one
 * style become those of another; without real data, maps of scenes become the scenes. Isola et al.
 * (2017), Zhu et al. (2017).
 */
static final int BATCH = 4;

static final double RATE = 1e-3;

static final Optimizer ADAM = adam(RATE).betas(0.5, 0.999);

Layer down(int filters) {
  return sequence(conv2d(filters, 4).stride(2).padding(1), instanceNorm(), leakyRelu(0.2));
}

Layer up(int filters) {
  return sequence(convTranspose2d(filters, 4).stride(2).padding(1), instanceNorm(), relu());
}

/** A U-Net: on the way up, each level sees what that level saw on the way down. */
Layer generator() {
  Layer inner = concat(identity(), sequence(down(96), up(96)));
  Layer middle = concat(identity(), sequence(down(64), inner, up(64)));
  Layer outer = sequence(
      conv2d(32, 4).stride(2).padding(1), leakyRelu(0.2), middle,
      convTranspose2d(24, 4).stride(2).padding(1), relu());
  return sequence(concat(identity(), outer), conv2d(3, 3).same(), tanh());
}

/** A number for each patch: high where it looks real. */
Layer discriminator() {
  return spectralNorm(sequence(
      conv2d(32, 4).stride(2).padding(1), leakyRelu(0.2),
      conv2d(64, 4).stride(2).padding(1), leakyRelu(0.2),
      conv2d(64, 3).same(), leakyRelu(0.2), conv2d(1, 3).same()));
}

/** Lets discriminators and generators take turns; the rate falls in the second half. */
void learn(Example translate, TrainingStep judging, TrainingStep making, int full,
    Function<Seed, Tensor[]> batches) {
  int steps = translate.steps(full);
  for (int i = 0; i < steps; i++) {
    Seed seed = translate.seed().split(i);
    Tensor[] batch = batches.apply(seed);
    double rate = RATE * Math.min(1, 2 - 2.0 * i / steps);
    float judged = judging.gradients(seed, batch);
    judging.apply(rate);
    making.gradients(seed, batch);
    translate.progress(i, "discriminator", judged, "L1", making.output(0).item());
    making.apply(rate);
  }
}

/** pix2pix: the discriminator sees a picture with its translation. */
Model paired(Example translate, PicturePairs train, int steps) {
  Seed seed = translate.seed().split("pix2pix");
  Shape one = train.first().getFirst().shape();
  List<Shape> two = List.of(one, one);
  Model generator = Model.build(generator(), one, seed.split("generator"));
  Model judge = Model.build(discriminator(), one.withDim(2, 6), seed.split("judge"));
  Discriminator adversary = new Discriminator(judge, binaryCrossEntropy());
  TrainingStep judging = TrainingStep.of(
      in -> {
        Signal made = in.get(0).concat(generator.apply(in.get(0)));
        // Halved, as in the paper, so that the discriminator learns slower.
        return List.of(adversary.judging(in.get(0).concat(in.get(1)), made).times(0.5f));
      },
      two, ADAM, BATCH, judge);
  TrainingStep making = TrainingStep.of(
      in -> {
        Signal made = generator.apply(in.get(0));
        Signal near = meanAbsoluteError().of(made, in.get(1));
        return List.of(adversary.fooling(in.get(0).concat(made)).plus(near.times(100)), near);
      },
      two, ADAM, BATCH, generator);
  learn(translate, judging, making, steps, now -> train.batch(BATCH, now));
  return generator;
}

/** CycleGAN: two generators, there and back, and a discriminator of each kind. */
Model unpaired(Example translate, PicturePairs first, PicturePairs second, int steps) {
  Seed seed = translate.seed().split("cycle");
  Shape one = first.first().getFirst().shape();
  List<Shape> two = List.of(one, one);
  Model there = Model.build(generator(), one, seed.split("there"));
  Model back = Model.build(generator(), one, seed.split("back"));
  Discriminator a = new Discriminator(Model.build(discriminator(), one, seed.split("a")), meanSquaredError());
  Discriminator b = new Discriminator(Model.build(discriminator(), one, seed.split("b")), meanSquaredError());
  Loss near = meanAbsoluteError();
  TrainingStep judging = TrainingStep.of(
      in -> List.of(a.judging(in.get(0), back.apply(in.get(1)))
          .plus(b.judging(in.get(1), there.apply(in.get(0)))).times(0.5f)),
      two, ADAM, BATCH, a.network(), b.network());
  TrainingStep making = TrainingStep.of(
      in -> {
        Signal made = there.apply(in.get(0));
        Signal madeBack = back.apply(in.get(1));
        Signal cycle = near.of(back.apply(made), in.get(0)).plus(near.of(there.apply(madeBack), in.get(1)));
        Signal same = near.of(made, in.get(0)).plus(near.of(madeBack, in.get(1)));
        Signal fooled = b.fooling(made).plus(a.fooling(madeBack));
        return List.of(fooled.plus(cycle.times(10)).plus(same.times(5)), cycle);
      },
      two, ADAM, BATCH, there, back);
  learn(translate, judging, making, steps,
      now -> new Tensor[] {first.batch(BATCH, now)[0], second.batch(BATCH, now.split("b"))[1]});
  return there;
}

void main(String[] args) {
  Example translate = Example.start("translate", args);
  translate.twins(Map.of("untouched: L1", 0.1601, "untouched: SSIM", 0.3462,
      "pix2pix: L1", 0.1405, "pix2pix: SSIM", 0.3811, "CycleGAN: L1", 0.1661, "CycleGAN: SSIM", 0.3336));
  PicturePairs all = translate.data("emoji-pairs").map(PicturePairs::emoji)
      .orElseGet(() -> PicturePairs.scenes(translate.seed(), translate.count(400), translate.isShort() ? 32 : 64));
  PicturePairs test = all.where(i -> i % 10 == 0);
  PicturePairs train = all.where(i -> i % 10 != 0);
  Model pix2pix = paired(translate, train, 600);
  Model cycle = unpaired(translate, train.where(i -> i % 2 == 0), train.where(i -> i % 2 == 1), 300);
  Tensor input = PicturePairs.signed(test.first());
  List<List<Tensor>> made = List.of(
      test.first(), Pictures.each(pix2pix.run(input), -1, 1), Pictures.each(cycle.run(input), -1, 1), test.second());
  List<String> names = List.of("untouched", "pix2pix", "CycleGAN");
  for (int i = 0; i < names.size(); i++) {
    translate.measure(names.get(i) + ": L1", test.mean(made.get(i), PictureSimilarity::absoluteDifference) / 255);
    translate.measure(names.get(i) + ": SSIM", test.mean(made.get(i), PictureSimilarity::structural));
  }
  ContactSheet sheet = new ContactSheet(96, 4 * 96);
  for (int row = 0; row < Math.min(test.size(), 12); row++) {
    int i = row * test.size() / 12 % test.size();
    sheet.add(Pictures.beside(made.stream().map(m -> m.get(i)).toList()), String.join(", ", names) + ", right");
  }
  translate.picture("translated.jpg", sheet.toImage());
  translate.end();
}
