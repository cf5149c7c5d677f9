import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.Features;
import dev.fovea.apps.Pictures;
import dev.fovea.data.*;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.*;
import dev.fovea.systems.label.*;
import dev.fovea.tensor.*;
import dev.fovea.train.Epochs;
import dev.fovea.train.Trainer;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;

/**
 * Writes the drawn scenes of examples/captions.java as its network sees them, with what is said of
 * them, for captions_twin.py: {@code fovea run bench/peers/captions_scenes.java SCENES.safetensors
 * [TRAIN [TEST]]}.
 *
 * <p>The tensor "places" is [N, 144, C]; a line of the text "texts" is a sentence, a line of the text
 * "counts" how many sentences a scene has. The training scenes are the first.
 */
static final Preprocessing SCENE = Preprocessing.scaled(Shape.of(96, 96, 3));

static final Seed SEED = Seed.of(1);

/** The network of the example. */
Layer seen(int classes) {
  Layer what = sequence(
      conv2d(16, 3).stride(2).same(), batchNorm(), relu(),
      conv2d(32, 3).same(), batchNorm(), relu(), maxPool(2),
      conv2d(64, 3).same(), batchNorm(), relu(), maxPool(2),
      conv2d(64, 3).same(), batchNorm(), relu());
  return sequence(concat(what, avgPool(8)).named("places"), conv2d(classes, 1));
}

List<Mark> middles(Sample scene) {
  Tensor all = scene.mark(Mark.Mask.class).orElseThrow().classes();
  Tensor classes = Tensor.zeros(Shape.of(12, 12));
  for (int i = 0; i < classes.data().length; i++) {
    classes.data()[i] = all.get(i / 12 * 8 + 4, i % 12 * 8 + 4);
  }
  return List.of(new Mark.Numbers(classes));
}

Tensor places(Features features, Tensor picture) {
  return features.places(List.of(new InputRule(SCENE, false).input(picture))).getFirst();
}

void main(String[] args) {
  int train = args.length > 1 ? Integer.parseInt(args[1]) : 3_000;
  int test = args.length > 2 ? Integer.parseInt(args[2]) : 400;
  LabelSplit split = Shapes.load(
      SEED, train, test, new SceneCast(1, 3, 0, 1), LabelOptions.of(SCENE, Marking.MASK));
  Model model = Model.build(seen(split.train().classes().size()), SCENE.shape(), SEED);
  Dataset marked = split.train().marked(List.of(Target.numbers(12, 12)), this::middles);
  Trainer.of(model, crossEntropy(), adam(3e-3)).seed(SEED)
      .fit(ClassSampling.cached(marked).shuffled().batches(32), Epochs.epochs(6));
  Features features = Features.of(model, "places");
  List<Tensor> places = new ArrayList<>();
  List<String> texts = new ArrayList<>();
  List<String> counts = new ArrayList<>();
  for (LabelledData part : List.of(split.train(), split.test())) {
    for (int i = 0; i < part.size(); i++) {
      places.add(places(features, part.read(i, SEED).picture()));
      texts.addAll(part.labels(i).texts());
      counts.add("" + part.labels(i).texts().size());
    }
  }
  new Safetensors(
          Map.of("places", Pictures.batch(places)),
          Map.of("texts", String.join("\n", texts), "counts", String.join("\n", counts),
              "train", "" + train))
      .write(Path.of(args[0]));
}
