package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;

/** What dropout makes of an 8 × 8 map of ones: another map in each step, none in inference. */
final class DropoutExperiment implements Experiment {
  private static final int SIDE = 8;
  private static final Shape MAP = Shape.of(SIDE, SIDE, 1);

  @Override
  public String name() {
    return "dropout";
  }

  @Override
  public Figures show(Fields f) {
    double rate = f.number("rate", 0, 0.9);
    int number = f.integer("step", 1, 100, 1);
    // A step needs something to train: a convolution that multiplies by 1 stands before.
    Model model =
        Model.build(
            sequence(conv2d(1, 1).noBias().init(Initializer.ones()), dropout(rate)),
            MAP,
            Seed.of(0),
            Engine.shared());
    TrainingStep step =
        TrainingStep.of(
            in -> {
              Signal y = model.apply(in.getFirst());
              return List.of(y.with(y.value().mean(0, 1, 2, 3)), y);
            },
            List.of(MAP),
            Optimizers.sgd(1),
            1,
            model);
    Tensor ones = Tensor.full(MAP.prepend(1), 1);
    float mean = step.gradients(Seed.of(number), ones);
    Tensor training = step.output(0);
    int kept = 0;
    for (float v : training.data()) {
      kept += v != 0 ? 1 : 0;
    }
    Shape grid = Shape.of(SIDE, SIDE);
    return new Figures()
        .number("kept of 64", kept)
        .number("what is kept becomes", 1 / (1 - rate))
        .number("mean in training", mean)
        .number("mean in inference", model.run(ones).data()[0])
        .grid("in training", training.reshape(grid))
        .grid("in inference", model.run(ones).reshape(grid));
  }
}
