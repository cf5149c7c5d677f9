import static dev.fovea.nn.Layers.*;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.fewshot.*;
import dev.fovea.data.*;
import dev.fovea.nn.*;
import dev.fovea.tensor.*;
import dev.fovea.train.TrainingStep;
import dev.fovea.vision.*;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Characters are recognised from one example of each: Siamese and prototypical networks.
 *
 * <p>What is learned is an embedding in which pictures of one class are near to each other; the
 * classes that are judged were never learned. Beside it the nearest neighbour of pixels. Hadsell et
 * al. (2006), Schroff et al. (2015), Snell et al. (2017).
 */
static final int SIDE = 28;

static final int WAYS = 20;

static final int EACH = 6;

/**
 * A picture of 28 × 28 becomes 32 numbers. Behind a batch norm the size of weights does not count,
 * but a step turns small ones further: with those of Glorot and Bengio, 1.7 times as large, as many
 * steps learn less.
 */
Layer embedding() {
  List<Layer> layers = new ArrayList<>();
  for (int i = 0; i < 4; i++) {
    Layer convolution = conv2d(32, 3).same().init(Initializer.fanInUniform());
    layers.addAll(List.of(convolution, batchNorm(), relu(), maxPool(2)));
  }
  layers.add(flatten());
  return sequence(layers);
}

/** Returns an embedding that has learned from episodes with a loss of embeddings and labels. */
Model learn(Example shots, Seed seed, PictureClasses classes,
    BiFunction<Signal, Signal, Signal> loss) {
  Model model = Model.build(embedding(), Shape.of(SIDE, SIDE, 1), seed);
  TrainingStep step = TrainingStep.of(in -> List.of(loss.apply(model.apply(in.get(0)), in.get(1))),
      List.of(Shape.of(SIDE, SIDE, 1), Shape.scalar()), adam(1e-3), WAYS * EACH, model);
  Tensor labels = PictureClasses.labels(WAYS, EACH);
  int steps = shots.steps(600);
  for (int i = 0; i < steps; i++) {
    Tensor episode = classes.episode(WAYS, EACH, seed.split(i).rng());
    float value = step.gradients(seed.split(i), scaled(episode), labels);
    step.apply(i < steps * 2 / 3 ? 1e-3 : 2e-4);
    shots.progress(i, "loss", value);
  }
  return model;
}

/** Measures a loss and returns a network that learned with it: of the real data, three learn. */
Model learn(Example shots, PictureClasses known, String what, List<Omniglot.Run> runs,
    BiFunction<Signal, Signal, Signal> loss, double twin) {
  System.out.println(what);
  int times = shots.data("omniglot-small").isPresent() && !shots.isShort() ? 3 : 1;
  List<Model> models = IntStream.range(0, times)
      .mapToObj(i -> learn(shots, shots.seed().split(what).split(i), known, loss)).toList();
  shots.measure(what + (times > 1 ? ", mean of three trainings" : ""),
      models.stream().mapToDouble(m -> judge(runs, m::run)).average().orElseThrow(), twin);
  return models.getFirst();
}

Tensor scaled(Tensor pictures) {
  Tensor out = pictures.copy();
  for (int i = 0; i < out.data().length; i++) {
    out.data()[i] /= 255;
  }
  return out;
}

Tensor stacked(List<Tensor> pictures) {
  return scaled(Pictures.batch(pictures));
}

/** Returns the mean share of drawings that are told rightly. */
double judge(List<Omniglot.Run> runs, UnaryOperator<Tensor> embedding) {
  return runs.stream().mapToDouble(r -> Prototypes.accuracy(embedding.apply(stacked(r.examples())),
      embedding.apply(stacked(r.drawings())), r.answers())).average().orElse(0);
}

Tensor pixels(Tensor pictures) {
  return pictures.reshape(Shape.of(pictures.shape().dim(0), SIDE * SIDE));
}

/** Runs of digits that were not learned, each in four turns: 16 classes. */
List<Omniglot.Run> runs(Example shots, PictureClasses digits) {
  List<Omniglot.Run> runs = new ArrayList<>();
  for (int i = 0; i < shots.count(400) / 4; i++) {
    Tensor episode = digits.episode(16, 2, shots.seed().split("run").split(i).rng());
    List<Tensor> rows = new ArrayList<>();
    List<Integer> answers = new ArrayList<>();
    for (int r = 0; r < 32; r++) {
      rows.add(episode.sample(r));
      answers.add(r % 16);
    }
    runs.add(new Omniglot.Run(rows.subList(0, 16), rows.subList(16, 32), answers.subList(0, 16)));
  }
  return runs;
}

/** Shows the examples of a run, and beside each the drawings that were told to be of it. */
java.awt.image.BufferedImage sheet(Omniglot.Run run, Model model) {
  ContactSheet sheet = new ContactSheet(56, 56).columns(8);
  Tensor examples = model.run(stacked(run.examples()));
  Tensor drawings = model.run(stacked(run.drawings()));
  for (int i = 0; i < run.drawings().size(); i++) {
    int told = Prototypes.nearest(examples, drawings, i);
    sheet.add(run.drawings().get(i), "drawing");
    sheet.add(run.examples().get(told), told == run.answers().get(i) ? "right" : "WRONG");
  }
  return sheet.toImage();
}

void main(String[] args) {
  Example shots = Example.start("fewshot", args);
  var folder = shots.data("omniglot-small");
  PictureClasses known;
  List<Omniglot.Run> runs;
  if (folder.isPresent()) {
    known = new PictureClasses(Omniglot.characters(folder.get(), SIDE)).turned();
    runs = Omniglot.runs(folder.get(), SIDE);
  } else {
    List<List<Tensor>> digits = PictureClasses.of(Digits.load(shots.seed(), 600, 1).train()).classes();
    known = new PictureClasses(digits.subList(0, 6)).turned();
    runs = runs(shots, new PictureClasses(digits.subList(6, 10)).turned());
  }
  String what = runs.getFirst().examples().size() + "-way one-shot accuracy: ";
  shots.measure(what + "nearest neighbour of pixels", judge(runs, this::pixels));
  learn(shots, known, what + "contrastive loss", runs, Losses.contrastive(4)::of, 0.8075);
  learn(shots, known, what + "triplet loss", runs, Losses.triplet(2)::of, 0.6371);
  Model prototypes = learn(shots, known, what + "prototypical network", runs,
      (x, labels) -> Prototypes.loss(x, WAYS, 1), 0.7579);
  shots.picture("told.png", sheet(runs.getFirst(), prototypes));
  shots.end();
}
