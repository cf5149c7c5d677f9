import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.data.*;
import dev.fovea.formats.Formats;
import dev.fovea.nn.*;
import dev.fovea.optim.Schedules;
import dev.fovea.systems.linear.LinearClassifier;
import dev.fovea.tensor.*;
import dev.fovea.train.*;
import dev.fovea.vision.*;
import dev.fovea.vision.augment.Augmentations;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;

/**
 * Handcrafted features (LBP, Gabor, DoG, HOG) with a linear classifier beside a network that learns
 * its own.
 *
 * <p>All learn from the same pictures: digits, and smiling or neutral faces of people of whom none is
 * in both parts. For smiles there is also a network that has learned expressions of other faces.
 */
record Task(String name, List<DataSplit> parts, int cell, Layer network, int epochs, String changes) {}

/** Digits see little of each other: a small network of two convolutions. */
Layer digits() {
  return sequence(
      conv2d(16, 5).same(), relu(), maxPool(2), conv2d(32, 5).same(), relu(), maxPool(2),
      flatten(), dropout(0.5), dense(10));
}

/** Faces are few: little more than a smile can be learned from them. */
Layer faces() {
  return sequence(
      conv2d(16, 5).same(), batchNorm(), relu(), maxPool(2),
      conv2d(24, 3).same(), batchNorm(), relu(), maxPool(2),
      conv2d(32, 3).same(), batchNorm(), relu(), maxPool(2), flatten(), dropout(0.5), dense(2));
}

/** A data set as numbers with labels. */
record Described(List<float[]> numbers, int[] labels) {}

Described describe(Dataset data, Descriptor descriptor) {
  List<float[]> numbers = new ArrayList<>();
  int[] labels = new int[data.size()];
  for (int i = 0; i < labels.length; i++) {
    Sample sample = data.read(i, Seed.of(i));
    numbers.add(descriptor.of(sample.picture()));
    labels[i] = sample.label();
  }
  return new Described(numbers, labels);
}

/** Returns the accuracy of a linear classifier of described pictures. */
double judge(DataSplit part, Descriptor descriptor) {
  Described train = describe(part.train(), descriptor);
  Described test = describe(part.test(), descriptor);
  return LinearClassifier.fit(train.numbers(), train.labels(), 1).accuracy(test.numbers(), test.labels());
}

/** Returns the accuracy of a network that has learned. */
double learn(Example features, Task task, DataSplit part) {
  Model model = Model.build(task.network(), part.train().inputShape(), features.seed());
  Dataset changed = part.train().augment(Augmentations.parse(task.changes()));
  Trainer.of(model, crossEntropy(), adam(2e-3)).seed(features.seed()).schedule(Schedules.cosine())
      .listeners(features.listener()).fit(changed.shuffled().batches(32), features.epochs(task.epochs()));
  return Outcomes.of(model, part.test()).topK(1);
}

/** What a network sees in the middle that has learned expressions of other faces. */
Descriptor expressions(Path file) {
  Features seen = Features.of(Formats.read(file).model(), "add_2");
  Preprocessing rule = Preprocessing.scaled(Shape.of(64, 64, 1)).withMeanAndStd(List.of(.5f), List.of(.5f));
  return p -> seen.of(Images.apply(rule, Images.resize(p, 64, 64)).reshape(Shape.of(1, 64, 64, 1))).data();
}

void compare(Example features, Task task, Optional<Descriptor> trained) {
  Map<String, ToDoubleFunction<DataSplit>> ways = new LinkedHashMap<>();
  ways.put("pixels and linear classifier", p -> judge(p, Descriptor.pixels()));
  ways.put("LBP and linear classifier", p -> judge(p, Descriptor.binaryPatterns(2 * task.cell())));
  ways.put("DoG and linear classifier", p -> judge(p, Descriptor.gaussianDifferences(task.cell())));
  ways.put("Gabor and linear classifier", p -> judge(p, Descriptor.gabor(task.cell())));
  ways.put("HOG and linear classifier", p -> judge(p, Descriptor.orientedGradients(task.cell())));
  trained.ifPresent(d -> ways.put("network of expressions and linear classifier", p -> judge(p, d)));
  ways.put("network", p -> learn(features, task, p));
  ways.forEach((name, way) -> {
    double accuracy = task.parts().stream().mapToDouble(way).average().orElse(0);
    System.out.println("  " + task.name() + " by " + name + ": " + accuracy);
    features.measure(task.name() + ", accuracy: " + name, accuracy);
  });
}

/** Reads smiling and neutral faces; a fifth of the persons is tested by what the others taught. */
List<DataSplit> smiles(Path folder) {
  List<Tensor> faces = new ArrayList<>();
  List<Integer> labels = new ArrayList<>();
  List<Integer> persons = new ArrayList<>();
  for (int person = 1; person <= 173; person++) {
    for (int smile = 0; smile < 2; smile++) {
      String name = (smile == 0 ? "neutral/%03d_03.jpg" : "smiling/%03d_08.jpg").formatted(person);
      if (java.nio.file.Files.exists(folder.resolve(name))) {
        faces.add(face(Images.toGrey(Images.read(folder.resolve(name)))));
        labels.add(smile);
        persons.add(person);
      }
    }
  }
  if (faces.isEmpty()) {
    throw new FoveaException(folder + ": no neutral/NNN_03.jpg and smiling/NNN_08.jpg");
  }
  Dataset all = InMemoryImages.of(Preprocessing.scaled(Shape.of(48, 48, 1)), faces,
      labels.stream().mapToInt(l -> l).toArray(), List.of("neutral", "smiling"));
  return GroupFolds.of(all, persons.stream().mapToInt(p -> p).toArray(), 5);
}

/** Cuts out what is between forehead and chin, 128 × 128 pixels, at 48 × 48. */
Tensor face(Tensor grey) {
  Tensor part = Tensor.zeros(Shape.of(128, 128, 1));
  for (int y = 0; y < 128; y++) {
    System.arraycopy(grey.data(), (70 + y) * 256 + 64, part.data(), y * 128, 128);
  }
  return Images.resize(part, 48, 48);
}

void main(String[] args) {
  Example features = Example.start("features", args);
  DataSplit all = features.data("mnist").map(Idx::mnist)
      .orElseGet(() -> Digits.load(features.seed(), features.count(3_000), features.count(1_000)));
  DataSplit some = new DataSplit(
      all.train().take(features.count(3_000)), all.test().take(features.count(1_000)));
  compare(features, new Task("digits", List.of(some), 4, digits(), 10, "shift:0.07"), Optional.empty());
  features.data("london-faces").filter(f -> java.nio.file.Files.isDirectory(f.resolve("smiling")))
      .ifPresent(f -> compare(features,
          new Task("smiles", smiles(f), 8, faces(), 40, "shift:0.05,flip,brightness:0.2"),
          features.find("models/emotion-xception-keras/fer2013_mini_XCEPTION.102-0.66.hdf5")
              .map(this::expressions)));
  ContactSheet sheet = new ContactSheet(112, 112);
  Tensor picture = some.test().read(0, Seed.of(0)).picture();
  sheet.add(picture, "picture");
  Map<String, String> kernels = new TreeMap<>(Map.of("LBP", "lbp", "Gabor, 0°", "gabor-0", "DoG", "dog-on"));
  kernels.forEach((name, kernel) -> sheet.add(ImageKernels.find(kernel).apply(picture), name));
  sheet.add(Descriptor.drawnGradients(picture, 4, 16), "HOG");
  features.picture("features.png", sheet.toImage());
  features.end();
}
