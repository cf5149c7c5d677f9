package dev.fovea.studio.state;

import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.data.Batch;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;

/**
 * All layers of a network learn a few pictures: by batches of up to 8, for as many steps as can be
 * done in some seconds. The same pictures give the same bits.
 */
final class WholeTraining {
  private static final int BATCH = 8;
  private static final double WORK = 3e11;
  private static final int LEAST_STEPS = 20;
  private static final int MOST_STEPS = 200;

  private WholeTraining() {}

  /**
   * Trains a network in place.
   *
   * @param inputs the pictures as the network gets them, [H, W, C]
   * @param labels their classes
   * @param rate the learning rate of Adam
   */
  static void train(Model model, List<Tensor> inputs, int[] labels, double rate) {
    int size = Math.min(BATCH, inputs.size());
    TrainingStep step = TrainingStep.of(model, crossEntropy(), Optimizers.adam(rate), size);
    Tensor input = Tensor.zeros(model.inputs().get(0).prepend(size));
    Tensor target = Tensor.zeros(Shape.of(size));
    double work = 3.0 * model.summary().flops() * size;
    int steps = (int) Math.clamp(WORK / Math.max(1, work), LEAST_STEPS, MOST_STEPS);
    Rng rng = Seed.of(2).rng();
    int[] order = rng.permutation(inputs.size());
    for (int i = 0, next = 0; i < steps; i++) {
      for (int k = 0; k < size; k++) {
        if (next == order.length) {
          next = 0;
          order = rng.permutation(order.length);
        }
        int chosen = order[next++];
        float[] picture = inputs.get(chosen).data();
        System.arraycopy(picture, 0, input.data(), k * picture.length, picture.length);
        target.data()[k] = labels[chosen];
      }
      step.trainOn(new Batch(input, target, size, i), Seed.of(i));
    }
    model.parameters().changed();
  }
}
