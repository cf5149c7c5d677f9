package dev.fovea.studio.lesson;

import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.data.BatchStream;
import dev.fovea.data.DataSplit;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How far the weights of each layer still are from where they end, while a small network learns
 * digits: ‖w − w_end‖ / ‖w_start − w_end‖, every few steps.
 */
final class SettlingExperiment implements Experiment {
  private static final int TRAIN = 640;
  private static final int BATCH = 32;
  private static final int EPOCHS = 5;
  private static final int EVERY = 5;
  private static final List<String> WEIGHTS = List.of("0.weight", "3.weight", "7.weight");
  private static final List<String> TITLES =
      List.of("first convolution", "second convolution", "dense layer");

  @Override
  public String name() {
    return "settling";
  }

  @Override
  public Figures show(Fields f) {
    double rate = f.number("rate", 1e-4, 0.1, 3e-3);
    DataSplit digits = SmallDigits.split(TRAIN, BATCH, SmallDigits.Change.NONE);
    Model model = SmallDigits.build(SmallDigits.cnn());
    TrainingStep step = TrainingStep.of(model, crossEntropy(), Optimizers.adam(rate), BATCH);
    List<Map<String, Tensor>> kept = new ArrayList<>(List.of(model.parameters().tensors()));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Seed seed = Seed.of(2).split(epoch);
      try (BatchStream batches = digits.train().shuffled().batches(BATCH).open(seed)) {
        for (var b = batches.next(); b != null; b = batches.next()) {
          step.trainOn(b, seed.split(b.index()));
          if ((b.index() + 1) % EVERY == 0) {
            model.parameters().changed();
            kept.add(model.parameters().tensors());
          }
        }
      }
    }
    Figures out = new Figures();
    Figures.Line[] lines = new Figures.Line[WEIGHTS.size()];
    for (int i = 0; i < lines.length; i++) {
      double[] left = left(kept, WEIGHTS.get(i));
      lines[i] = new Figures.Line(TITLES.get(i), left);
      out.number("left half-way, " + TITLES.get(i), left[left.length / 2]);
    }
    double[] steps = IntStream.range(0, kept.size()).mapToDouble(i -> i * EVERY).toArray();
    return out.curves("Share of the way to the end that is left", "step", steps, lines);
  }

  private static double[] left(List<Map<String, Tensor>> kept, String name) {
    Tensor start = Objects.requireNonNull(kept.getFirst().get(name));
    Tensor end = Objects.requireNonNull(kept.getLast().get(name));
    double whole = Numbers.distance(start, end);
    return kept.stream()
        .mapToDouble(k -> Numbers.distance(Objects.requireNonNull(k.get(name)), end) / whole)
        .toArray();
  }
}
