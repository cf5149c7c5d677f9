import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Epochs.epochs;

import dev.fovea.apps.Example;
import dev.fovea.data.*;
import dev.fovea.insight.explain.*;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.*;
import dev.fovea.tensor.*;
import dev.fovea.train.*;
import dev.fovea.vision.*;
import java.util.stream.IntStream;

/**
 * Medical pictures: pneumonia, breast cancer and six kinds of scans, where classes are unequal.
 *
 * <p>Five trainings each; area under the ROC curve with its bootstrap interval, sensitivity at 90 %
 * specificity, calibration by a temperature, and where the network looks (Grad-CAM). Not for
 * clinical use.
 */
/** A task of two classes; `twin` is the area that the same recipe reaches in PyTorch. */
record Task(String name, Dataset train, Dataset validation, Dataset test, int ill, int epochs,
    double twin) {}

/** What one training came to, as it is and with a temperature. */
record Run(Model model, Outcomes raw, Outcomes honest) {}

Layer network(int classes) {
  return sequence(
      conv2d(16, 3).same(), relu(), maxPool(2),
      conv2d(32, 3).same(), relu(), maxPool(2),
      conv2d(64, 3).same(), relu(), flatten(), dense(classes));
}

Run run(Example medical, Task task, Seed seed) {
  Model model = Model.build(network(2), task.train().inputShape(), seed.split("network"));
  // The rarer a class, the more each of its pictures counts.
  float[] weights = ClassSampling.weights(task.train());
  Trainer.of(model, crossEntropy().weights(weights), adam(1e-3)).seed(seed)
      .fit(task.train().shuffled().batches(64), epochs(medical.count(task.epochs())));
  Outcomes raw = Outcomes.of(model, task.test());
  double temperature = Outcomes.of(model, task.validation()).bestTemperature();
  return new Run(model, raw, raw.tempered(temperature));
}

/** Trains a task several times and tells what it came to. */
Run learn(Example medical, Task task) {
  Run first = null;
  double area = 0;
  double found = 0;
  int runs = medical.isShort() ? 1 : 5;
  medical.steps(runs);
  for (int i = 0; i < runs; i++) {
    Run run = run(medical, task, medical.seed().split(task.name()).split(i));
    RocCurve roc = run.raw().roc(task.ill());
    medical.progress(i, task.name(), "AUC", roc.area());
    area += roc.area() / runs;
    found += roc.sensitivityAt(0.9) / runs;
    first = first == null ? run : first;
  }
  String what = task.name() + ": ";
  medical.measure(what + "AUC, mean of the trainings", area, task.twin());
  Bootstrap interval =
      Bootstrap.of(first.raw(), medical.count(1000), medical.seed(), o -> o.roc(task.ill()).area());
  medical.measure(what + "AUC of the first, 95 % interval from", interval.low());
  medical.measure(what + "AUC of the first, to", interval.high());
  medical.measure(what + "sensitivity at 90 % specificity, mean of the trainings", found);
  medical.measure(what + "calibration error of the first", first.raw().calibration(10).expectedError());
  medical.measure(
      what + "calibration error of the first, tempered", first.honest().calibration(10).expectedError());
  return first;
}

/** Learns, and shows pictures of ill people beside what speaks for their class. */
void show(Example medical, Task task) {
  Run run = learn(medical, task);
  ContactSheet sheet = new ContactSheet(112, 112).columns(8);
  Explainer why = Explainer.of(run.model(), Target.logit(task.ill()));
  int shown = 0;
  for (int i = 0; i < task.test().size() && shown < 16; i++) {
    Sample sample = task.test().read(i, Seed.of(i));
    if (sample.label() == task.ill()) {
      shown++;
      String told = "%.0f %%".formatted(100 * run.honest().probability(i, task.ill()));
      sheet.add(sample.picture(), task.name().equals("eights") ? "eight" : "ill");
      Explanation map = why.explain(Method.GRAD_CAM, task.test().input(i, Seed.of(i)));
      sheet.add(ExplanationPicture.of(map, sample.picture()), told);
    }
  }
  medical.picture(task.name().replace(' ', '-') + ".jpg", sheet.toImage());
}

/** The embedded stand-in: one digit in ten is an eight. */
Task eights(Example medical) {
  DataSplit all = Digits.load(medical.seed(), medical.count(4_000) + 60, 300);
  DataSplit known = ClassSampling.stratified(eights(all.train()), 0.9, medical.seed());
  return new Task("eights", known.train(), known.test(), eights(all.test()), 1, 6, 0);
}

InMemoryImages eights(Dataset digits) {
  List<Sample> all = IntStream.range(0, digits.size()).mapToObj(i -> digits.read(i, Seed.of(i))).toList();
  return InMemoryImages.of(Preprocessing.scaled(Shape.of(28, 28, 1)),
      all.stream().map(Sample::picture).toList(),
      all.stream().mapToInt(d -> d.label() == 8 ? 1 : 0).toArray(), List.of("other", "eight"));
}

Task medMnist(java.nio.file.Path file, String name, List<String> classes, int ill, int epochs,
    double twin) {
  MedMnist set = MedMnist.read(file, classes);
  return new Task(name, set.train(), set.validation(), set.test(), ill, epochs, twin);
}

void kinds(Example medical, java.nio.file.Path folder) {
  DataSplit scans = ImageFolder.open(folder, ImageFolder.Options.standard()).split();
  int classes = scans.train().classes().size();
  Model model = Model.build(network(classes), scans.train().inputShape(), medical.seed());
  Trainer.of(model, crossEntropy(), adam(1e-3)).seed(medical.seed())
      .fit(scans.train().shuffled().batches(64), epochs(medical.count(6)));
  medical.measure("six kinds of scans: accuracy", Outcomes.of(model, scans.test()).topK(1));
}

void main(String[] args) {
  Example medical = Example.start("medical", args);
  var folder = medical.need("medmnist");
  var kinds = medical.need("mednist-subset");
  if (folder.isEmpty()) {
    show(medical, eights(medical));
  } else {
    Task chest = medMnist(folder.get().resolve("pneumoniamnist.npz"), "pneumonia",
        List.of("normal", "pneumonia"), 1, 6, 0.9247);
    show(medical, chest);
    Task breast = medMnist(folder.get().resolve("breastmnist.npz"), "breast cancer",
        List.of("malignant", "normal or benign"), 0, 40, 0.8752);
    show(medical, breast);
    kinds(medical, kinds.get());
  }
  medical.end();
}
