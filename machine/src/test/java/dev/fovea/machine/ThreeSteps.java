package dev.fovea.machine;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.sgd;

import dev.fovea.nn.Model;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;

/** Three steps of training on random samples. */
final class ThreeSteps {
  private static final int CLASSES = 10;

  private ThreeSteps() {}

  /** Trains a network of ten classes, and returns the samples of the last step. */
  static Tensor train(Model model, int batch) {
    TrainingStep step = TrainingStep.of(model, crossEntropy(), sgd(0.05).momentum(0.9), batch);
    Rng rng = new Rng(4);
    Tensor x = Tensor.zeros(model.inputs().get(0).prepend(batch));
    Tensor y = Tensor.zeros(Shape.of(batch));
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < x.data().length; j++) {
        x.data()[j] = rng.nextFloat(-1, 1);
      }
      for (int j = 0; j < batch; j++) {
        y.data()[j] = rng.nextInt(CLASSES);
      }
      step.gradients(Seed.of(i), x, y);
      step.apply();
    }
    return x;
  }
}
