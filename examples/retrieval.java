import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Epochs.epochs;

import dev.fovea.apps.*;
import dev.fovea.apps.search.*;
import dev.fovea.data.*;
import dev.fovea.formats.Formats;
import dev.fovea.insight.probe.Layers;
import dev.fovea.nn.Model;
import dev.fovea.tensor.*;
import dev.fovea.train.Trainer;
import dev.fovea.vision.*;
import dev.fovea.zoo.LeNet5;
import java.io.IOException;
import java.nio.file.*;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Pictures are found that look like a picture: by the features of a trained network, exactly and
 * with an index on disk (HNSW).
 *
 * <p>Right is what has the same label. Beside it histograms of gradients and colours, made by rules.
 * The command `fovea search` does the same with a folder of one's own.
 */
static final int FOUND = 10;

/** Pictures to be found, pictures to ask with, and what the features of both are. */
record Task(String name, Dataset known, Dataset asked) {}

String label(Dataset data, int i) {
  return "" + data.read(i, Seed.of(i)).label();
}

/** Averages the last maps of a network over all places: a row of numbers per picture. */
float[][] ofNetwork(Model model, Dataset data) {
  String path = Layers.of(model).lastWithPlaces().path();
  Tensor maps = Features.of(model, path).of(data, data.size());
  int channels = Layers.of(model).find(path).channels();
  int width = maps.shape().dim(1);
  float[][] rows = new float[data.size()][channels];
  for (int i = 0; i < rows.length; i++) {
    for (int k = 0; k < width; k++) {
      rows[i][k % channels] += maps.data()[i * width + k] * channels / width;
    }
  }
  return rows;
}

float[][] byRules(Dataset data) {
  Descriptor gradients = Descriptor.orientedGradients(8);
  Descriptor colours = Descriptor.colours(4);
  return IntStream.range(0, data.size()).mapToObj(i -> {
    Tensor picture = data.read(i, Seed.of(i)).picture();
    float[] first = gradients.of(picture);
    float[] second = colours.of(picture);
    float[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }).toArray(float[][]::new);
}

/** Returns mAP of answers, which are names that begin with their label. */
double judge(Task task, IntFunction<List<Match>> answers) {
  return IntStream.range(0, task.asked().size()).mapToDouble(i -> {
    String label = label(task.asked(), i) + "/";
    return Retrieval.averagePrecision(answers.apply(i), FOUND, n -> n.startsWith(label));
  }).average().orElse(0);
}

ExactSearch exact(Task task, float[][] features) {
  ExactSearch search = new ExactSearch();
  for (int i = 0; i < features.length; i++) {
    search.add(label(task.known(), i) + "/" + i, features[i]);
  }
  return search;
}

/** Compares the exact search with the index, in a folder that is deleted afterwards. */
void compare(Example retrieval, Task task, ExactSearch exact, float[][] known, float[][] asked) {
  try {
    Path folder = Files.createTempDirectory("fovea-retrieval");
    long begin = System.nanoTime();
    try (PictureIndex index = PictureIndex.open(folder, task.name())) {
      for (int i = 0; i < known.length; i++) {
        index.put(label(task.known(), i) + "/" + i, "", known[i]);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      double recall = IntStream.range(0, asked.length)
          .mapToDouble(i -> Retrieval.recall(
              index.nearest(asked[i], FOUND), exact.nearest(asked[i], FOUND)))
          .average().orElse(0);
      retrieval.measure("recall of the index against exact search", recall);
      retrieval.measure("vectors indexed per second", known.length / seconds);
    } finally {
      try (var files = Files.list(folder)) {
        files.forEach(f -> f.toFile().delete());
      }
      Files.delete(folder);
    }
  } catch (IOException e) {
    throw new FoveaException("retrieval: " + e.getMessage(), e);
  }
}

/** Shows some pictures to ask with and the first five that are found for each. */
java.awt.image.BufferedImage sheet(Task task, ExactSearch search, float[][] asked) {
  ContactSheet sheet = new ContactSheet(64, 64).columns(6);
  for (int i = 0; i < 6; i++) {
    sheet.add(Images.toRgb(task.asked().read(i, Seed.of(i)).picture()), "like this");
    for (Match m : search.nearest(asked[i], 5)) {
      int number = Integer.parseInt(m.name().substring(m.name().indexOf('/') + 1));
      boolean right = m.name().startsWith(label(task.asked(), i) + "/");
      sheet.add(Images.toRgb(task.known().read(number, Seed.of(0)).picture()), right ? "" : "wrong");
    }
  }
  return sheet.toImage();
}

void main(String[] args) {
  Example retrieval = Example.start("retrieval", args);
  var file = retrieval.find("models/resnet20-cifar10-pytorch/resnet20-12fca82f.th");
  DataSplit all = retrieval.data("cifar10-subset").map(Cifar10Sprites::load)
      .orElseGet(() -> Digits.load(retrieval.seed(), retrieval.count(3_000), 200));
  Model model;
  if (file.isPresent()) {
    model = Formats.read(file.get(), Optional.of("resnet20")).model();
    all = new InputRule(Preprocessing.scaled(Shape.of(32, 32, 3)).withMeanAndStd(
        List.of(.485f, .456f, .406f), List.of(.229f, .224f, .225f)), false).over(all);
  } else {
    model = Model.build(LeNet5.of(10), all.train().inputShape(), retrieval.seed());
    Trainer.of(model, crossEntropy(), adam(2e-3)).fit(all.train().shuffled().batches(32), epochs(2));
  }
  Task task = new Task("labels",
      all.train().take(retrieval.count(5_000)), all.test().take(retrieval.count(400) + 6));
  ExactSearch rules = exact(task, byRules(task.known()));
  float[][] ruled = byRules(task.asked());
  retrieval.measure("mAP@10, gradients and colours", judge(task, i -> rules.nearest(ruled[i], FOUND)));
  long begin = System.nanoTime();
  float[][] known = ofNetwork(model, task.known());
  retrieval.measure("pictures per second through the network",
      known.length / ((System.nanoTime() - begin) / 1e9));
  float[][] asked = ofNetwork(model, task.asked());
  ExactSearch exact = exact(task, known);
  retrieval.measure("mAP@10, network", judge(task, i -> exact.nearest(asked[i], FOUND)));
  compare(retrieval, task, exact, known, asked);
  retrieval.picture("found.jpg", sheet(task, exact, asked));
  retrieval.end();
}
