package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.Seed;
import dev.fovea.train.Epochs;
import dev.fovea.train.Metrics;
import dev.fovea.train.Trainer;
import picocli.CommandLine.Option;

/** The options of a short training of what is left of a network, and its accuracy. */
final class FineTuningOptions {
  @Option(
      names = "--lr",
      paramLabel = "RATE",
      defaultValue = "0.001",
      description = "The learning rate, of Adam with a cosine schedule (default: 0.001).")
  private double rate;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures of a step (default: 64).")
  private int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the order of pictures (default: 0).")
  private long seed;

  /** Checks what can be checked before data are read. */
  void require() {
    Range.positive("--lr", rate);
    Range.atLeast("--batch", batch, 1);
  }

  /** Trains a model for some epochs, which may be none. */
  void train(Model model, Dataset pictures, int epochs) {
    if (epochs > 0) {
      var _ = trainer(model).fit(pictures.batches(batch), Epochs.epochs(epochs));
    }
  }

  /** Returns the share of right answers. */
  double accuracy(Model model, Dataset test) {
    return trainer(model).evaluate(test).metrics().getOrDefault("accuracy", Double.NaN);
  }

  private Trainer trainer(Model model) {
    return Trainer.of(
            model, ProbabilityLoss.of(model, Losses.crossEntropy()), Optimizers.adam(rate))
        .schedule(Schedules.cosine())
        .seed(Seed.of(seed))
        .metrics(Metrics.accuracy());
  }
}
