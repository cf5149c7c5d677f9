import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.search.*;
import dev.fovea.data.*;
import dev.fovea.formats.Formats;
import dev.fovea.insight.probe.Layers;
import dev.fovea.io.TemporaryFolder;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.*;
import dev.fovea.tensor.*;
import dev.fovea.train.Trainer;
import dev.fovea.vision.*;
import dev.fovea.zoo.LeNet5;
import java.util.function.IntToDoubleFunction;
import java.util.stream.*;

/**
 * Similar pictures are found by a network's features, exactly and with an index on disk (HNSW).
 *
 * <p>Right is what has a label in common. Beside it what is made by rules. See also `fovea search`.
 */
static final int FOUND = 10;

/** A picture as it is fitted into the network's input, and what is to be seen on it. */
record Labelled(Tensor picture, Set<Integer> labels) {}

/** Pictures to be found, those to ask with, and a network; itself is 1 where both are the same. */
record Task(String name, List<Labelled> known, List<Labelled> asked, Model model, InputRule rule, int itself) {
  boolean right(int i, int found) {
    return !Collections.disjoint(known.get(found).labels(), asked.get(i).labels());
  }

  /** Returns how many a picture should find; it does not find itself. */
  int relevant(int i) {
    return (int) IntStream.range(0, known.size()).filter(j -> right(i, j)).count() - itself;
  }

  /** Returns the mean over the pictures to ask with for which there is something to be found. */
  double mean(IntToDoubleFunction of) {
    return IntStream.range(0, asked.size()).filter(i -> relevant(i) > 0).mapToDouble(of).average().orElse(0);
  }
}

/** Averages the last maps of the network over all places: a row of numbers per picture. */
float[][] ofNetwork(Task task, List<Labelled> pictures) {
  return Features.of(task.model(), Layers.of(task.model()).lastWithPlaces().path()).means(
      Pictures.batch(pictures.stream().map(p -> task.rule().input(p.picture())).toList()));
}

float[][] byRules(int cell, List<Labelled> pictures) {
  Descriptor both = Descriptor.orientedGradients(cell).and(Descriptor.colours(4));
  return pictures.stream().map(p -> both.of(p.picture())).toArray(float[][]::new);
}

ExactSearch exact(float[][] features) {
  ExactSearch search = new ExactSearch();
  IntStream.range(0, features.length).forEach(i -> search.add("" + i, features[i]));
  return search;
}

double judge(Task task, ExactSearch search, float[][] asked) {
  return task.mean(i -> Retrieval.averagePrecision(
      search.nearest(asked[i], FOUND + 1).stream()
          .filter(m -> task.itself() == 0 || !m.name().equals("" + i)).toList(),
      FOUND, task.relevant(i), name -> task.right(i, Integer.parseInt(name))));
}

/** Compares the exact search with the index. */
void compare(Example retrieval, ExactSearch exact, float[][] known, float[][] asked) {
  long begin = System.nanoTime();
  try (var folder = TemporaryFolder.create("fovea-retrieval");
      PictureIndex index = PictureIndex.open(folder.path(), "network")) {
    IntStream.range(0, known.length).forEach(i -> index.put("" + i, "", known[i]));
    double speed = known.length / ((System.nanoTime() - begin) / 1e9);
    retrieval.measure("recall of the index against exact search", Arrays.stream(asked).mapToDouble(
        f -> Retrieval.recall(index.nearest(f, FOUND), exact.nearest(f, FOUND))).average().orElse(0));
    retrieval.measure("vectors indexed per second", speed);
  }
}

/** Shows some pictures to ask with and the first five that are found for each. */
void show(Example retrieval, Task task, ExactSearch search, float[][] asked) {
  ContactSheet sheet = new ContactSheet(64, 64).columns(6);
  for (int i = 0; i < Math.min(6, asked.length); i++) {
    sheet.add(Images.toRgb(task.asked().get(i).picture()), "like this");
    for (Match m : search.nearest(asked[i], 5)) {
      int found = Integer.parseInt(m.name());
      sheet.add(Images.toRgb(task.known().get(found).picture()), task.right(i, found) ? "" : "wrong");
    }
  }
  retrieval.picture("found.jpg", sheet.toImage());
}

/** Judges the search by rules and by the network, and tells how fast the network is. */
void search(Example retrieval, Task task, int cell, boolean index) {
  System.out.println("  " + task.name() + ": " + task.known().size() + " pictures to search");
  retrieval.measure(task.name() + ": mAP@10, chance", task.mean(i ->
      Retrieval.chance(FOUND, task.relevant(i), task.known().size() - task.itself())));
  retrieval.measure(task.name() + ": mAP@10, gradients and colours",
      judge(task, exact(byRules(cell, task.known())), byRules(cell, task.asked())));
  long begin = System.nanoTime();
  float[][] known = ofNetwork(task, task.known());
  double speed = known.length / ((System.nanoTime() - begin) / 1e9);
  float[][] asked = ofNetwork(task, task.asked());
  ExactSearch exact = exact(known);
  retrieval.measure(task.name() + ": mAP@10, network", judge(task, exact, asked));
  retrieval.measure(task.name() + ": pictures per second through the network", speed);
  if (index) {
    compare(retrieval, exact, known, asked);
    show(retrieval, task, exact, asked);
  }
}

List<Labelled> first(Dataset data, int count) {
  return IntStream.range(0, Math.min(count, data.size())).mapToObj(i -> data.read(i, Seed.of(i)))
      .map(s -> new Labelled(s.picture(), Set.of(s.label()))).toList();
}

void main(String[] args) {
  Example retrieval = Example.start("retrieval", args);
  var resnet = retrieval.need("models/resnet20-cifar10-pytorch/resnet20-12fca82f.th");
  var squeezenet = retrieval.need("models/squeezenet-imagenet-onnx/squeezenet1.0-deep-compression.onnx");
  var coco = retrieval.need("coco-mini");
  DataSplit all = retrieval.need("cifar10-subset").map(Cifar10Sprites::load)
      .orElseGet(() -> Digits.load(retrieval.seed(), retrieval.count(3_000), 200));
  Preprocessing scaled = Preprocessing.scaled(all.train().inputShape());
  Preprocessing rule = resnet.isEmpty() ? scaled
      : scaled.withMeanAndStd(List.of(.485f, .456f, .406f), List.of(.229f, .224f, .225f));
  Model model = resnet.map(f -> Formats.read(f, Optional.of("resnet20")).model())
      .orElseGet(() -> Model.build(LeNet5.of(10), all.train().inputShape(), retrieval.seed()));
  if (resnet.isEmpty()) {
    Trainer.of(model, crossEntropy(), adam(2e-3)).listeners(retrieval.listener())
        .fit(all.train().shuffled().batches(32), retrieval.epochs(2));
  }
  search(retrieval, new Task(resnet.isEmpty() ? "digits" : "CIFAR",
      first(all.train(), retrieval.count(5_000)), first(all.test(), retrieval.count(400) + 6),
      model, new InputRule(rule, false), 0), 8, true);
  squeezenet.ifPresent(file -> {
    InputRule caffe = new InputRule(Preprocessing.unscaled(Shape.of(227, 227, 3))
        .withMeanAndStd(List.of(104f, 117f, 123f), List.of(1f, 1f, 1f)), true);
    List<Labelled> photos = Stream.of("coco", "yolo")
        .flatMap(f -> LabelSets.read(f, coco.get(), List.of()).pictures().stream()).filter(p -> !p.objects().isEmpty())
        .map(p -> new Labelled(caffe.place(p.file()).input(),
            p.objects().stream().map(o -> o.box().label()).collect(Collectors.toSet()))).toList();
    search(retrieval, new Task("photographs", photos, photos, Formats.read(file).model(), caffe, 1), 32, false);
  });
  retrieval.end();
}
