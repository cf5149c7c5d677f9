package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.localResponseNorm;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;

/**
 * Batch norm of one channel over a batch of four numbers: in training by the batch's own mean and
 * variance, in inference by those that have followed the batches of some steps. Beside it, local
 * response normalisation of five channels.
 */
final class NormExperiment implements Experiment {
  private static final Shape BATCH = Shape.of(4, 1);

  @Override
  public String name() {
    return "norm";
  }

  @Override
  public Figures show(Fields f) {
    float last = (float) f.number("last", -100, 100, 8);
    int steps = f.integer("steps", 0, 100, 10);
    Tensor x = Tensor.of(BATCH, 2, 4, 6, last);
    Model norm = Model.build(batchNorm(), Shape.of(1), Seed.of(0), Engine.shared());
    // The loss is 0 whatever comes, so that nothing but the running statistics moves.
    TrainingStep step =
        TrainingStep.of(
            in -> {
              Signal y = norm.apply(in.getFirst());
              return List.of(y.with(y.value().sum(0, 1).times(0)), y);
            },
            List.of(Shape.of(1)),
            Optimizers.sgd(1),
            4,
            norm);
    step.gradients(Seed.of(0), x);
    Tensor training = step.output(0).copy();
    for (int i = 0; i < steps; i++) {
      step.gradients(Seed.of(0), x);
      step.apply();
    }
    norm.parameters().changed();
    Tensor inference = norm.run(x);
    float channel = (float) f.number("channel", 0, 100, 10);
    Tensor beside = Tensor.of(Shape.of(1, 5), 1, 1, channel, 1, 1);
    Tensor responses =
        Model.build(
                localResponseNorm(5).alpha(1).beta(0.75f).k(2),
                Shape.of(5),
                Seed.of(0),
                Engine.shared())
            .run(beside);
    return new Figures()
        .number("first result, training", training.data()[0])
        .number("first result, inference", inference.data()[0])
        .number("running mean", norm.parameters().tensor("batch_norm.running_mean").data()[0])
        .number("running variance", norm.parameters().tensor("batch_norm.running_var").data()[0])
        .grid("the batch", x.reshape(Shape.of(1, 4)))
        .grid("after batch norm, in training", training.reshape(Shape.of(1, 4)))
        .grid("after batch norm, in inference", inference.reshape(Shape.of(1, 4)))
        .number("first channel after LRN", responses.data()[0])
        .grid("five channels of one place", beside)
        .grid("after local response normalisation", responses);
  }
}
