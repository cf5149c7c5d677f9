package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.leakyRelu;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.data.BatchStream;
import dev.fovea.data.DataSplit;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.unit.UnitHealth;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;

/** How many of 64 units answer to no digit at all, after some steps at a rate. */
final class DeadUnitsExperiment implements Experiment {
  private static final int UNITS = 64;
  private static final int TRAIN = 640;
  private static final int TEST = 200;
  private static final int BATCH = 32;

  @Override
  public String name() {
    return "dead-units";
  }

  @Override
  public Figures show(Fields f) {
    double rate = f.number("rate", 1e-4, 2);
    boolean leaky = f.text("function", "relu").equals("leaky_relu");
    DataSplit digits = SmallDigits.split(TRAIN, TEST, SmallDigits.Change.NONE);
    Model model =
        SmallDigits.build(
            sequence(
                flatten(),
                dense(UNITS).named("hidden"),
                leaky ? leakyRelu(0.1) : relu(),
                dense(10)));
    TrainingStep step = TrainingStep.of(model, crossEntropy(), Optimizers.sgd(rate), BATCH);
    float loss = 0;
    try (BatchStream batches = digits.train().shuffled().batches(BATCH).open(Seed.of(1))) {
      for (var b = batches.next(); b != null; b = batches.next()) {
        loss = step.trainOn(b, Seed.of(1).split(b.index()));
      }
    }
    model.parameters().changed();
    Tensor test = inputs(digits);
    UnitHealth health = UnitHealth.of(Layers.of(model), model.observe("2"), test).getFirst();
    return new Figures()
        .number("dead units of 64", health.dead().size())
        .number("loss of the last batch", loss)
        .number("read correctly", SmallDigits.accuracyOf(model, digits.test()))
        .table(
            "The 64 units behind their activation",
            List.of("mean", "standard deviation", "dead"),
            List.of(List.of(health.mean(), health.deviation(), health.deadShare())));
  }

  private static Tensor inputs(DataSplit digits) {
    Tensor all = Tensor.zeros(digits.test().inputShape().prepend(TEST));
    int one = digits.test().inputShape().elements();
    for (int i = 0; i < TEST; i++) {
      System.arraycopy(digits.test().input(i, Seed.of(0)).data(), 0, all.data(), i * one, one);
    }
    return all;
  }
}
