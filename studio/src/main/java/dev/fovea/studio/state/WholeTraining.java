package dev.fovea.studio.state;

import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.data.Batch;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * All layers of a network learn a few pictures: by batches of up to 8, for 20 to 200 steps, as many
 * as come to 3 · 10¹¹ floating-point operations. That takes seconds with a small network; a large
 * one takes minutes for its 20, and one whose 20 take more than 10¹³ operations is refused. The
 * same pictures give the same bits.
 */
final class WholeTraining {
  private static final int BATCH = 8;
  private static final double WORK = 3e11;
  private static final double MOST_WORK = 1e13;
  private static final int LEAST_STEPS = 20;
  private static final int MOST_STEPS = 200;

  private WholeTraining() {}

  /**
   * Trains a network in place.
   *
   * @param inputs returns a picture as the network gets it, [H, W, C], by its place among the
   *     labels; asked anew for each batch, so that the floats of all need not fit into memory
   * @param labels the classes of the pictures
   * @param rate the learning rate of Adam
   * @throws FoveaException if the network is too large
   */
  static void train(Model model, IntFunction<Tensor> inputs, int[] labels, double rate) {
    int size = Math.min(BATCH, labels.length);
    double work = 3.0 * model.summary().flops() * size;
    requireBounded(work);
    TrainingStep step = TrainingStep.of(model, crossEntropy(), Optimizers.adam(rate), size);
    Tensor input = Tensor.zeros(model.inputs().get(0).prepend(size));
    Tensor target = Tensor.zeros(Shape.of(size));
    int steps = (int) Math.clamp(WORK / Math.max(1, work), LEAST_STEPS, MOST_STEPS);
    Rng rng = Seed.of(2).rng();
    int[] order = rng.permutation(labels.length);
    for (int i = 0, next = 0; i < steps; i++) {
      for (int k = 0; k < size; k++) {
        if (next == order.length) {
          next = 0;
          order = rng.permutation(order.length);
        }
        int chosen = order[next++];
        float[] picture = inputs.apply(chosen).data();
        System.arraycopy(picture, 0, input.data(), k * picture.length, picture.length);
        target.data()[k] = labels[chosen];
      }
      step.trainOn(new Batch(input, target, size, i), Seed.of(i));
    }
    model.parameters().changed();
  }

  private static void requireBounded(double work) {
    if (LEAST_STEPS * work > MOST_WORK) {
      throw new FoveaException(
          String.format(
              Locale.ROOT,
              "teach: all layers of this network would take %.0f TFLOP to learn, more than %.0f;"
                  + " keep its features as they are",
              LEAST_STEPS * work / 1e12,
              MOST_WORK / 1e12));
    }
  }
}
