package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Checks whether data suits a model and its loss. */
final class DataCheck {
  private DataCheck() {}

  /** Requires a model of one input and one output and samples that suit it and the loss. */
  static void require(Model model, @Nullable Loss loss, Dataset data, String what) {
    Shape output = model.outputs().get(0);
    if (model.inputs().size() != 1 || model.outputs().size() != 1) {
      throw new FoveaException(
          what
              + ": samples have one input and one target, the model "
              + model.inputs().size()
              + " inputs and "
              + model.outputs().size()
              + " outputs");
    }
    if (!data.inputShape().equals(model.inputs().get(0))) {
      throw new FoveaException(
          what
              + ": samples are "
              + data.inputShape()
              + ", the model takes "
              + model.inputs().get(0));
    }
    if (loss == null) {
      return;
    }
    Shape wanted = loss.target(output.prepend(1)).dropFirst();
    if (wanted.elements() != data.targetShape().elements()) {
      throw new FoveaException(
          what
              + ": targets are "
              + data.targetShape()
              + ", "
              + loss.name()
              + " of outputs "
              + output
              + " takes "
              + wanted);
    }
    if (loss.takesLabels() && data.classes().size() > output.dim(-1)) {
      throw new FoveaException(
          what
              + ": has "
              + data.classes().size()
              + " classes, the model "
              + output.dim(-1)
              + " outputs");
    }
  }

  /** Requires class numbers below the number of outputs, where the loss takes class numbers. */
  static void labels(Batches batches, Seed epoch, Loss loss, Batch batch, int classes) {
    if (!loss.takesLabels()) {
      return;
    }
    float[] t = batch.target().data();
    for (int i = 0; i < t.length; i++) {
      boolean known = t[i] >= 0 && t[i] < classes && t[i] == (int) t[i];
      if (!known && !loss.ignores(t[i])) {
        throw new FoveaException(
            "sample "
                + sample(batches, epoch, batch, i)
                + ": class "
                + t[i]
                + " of a network with outputs for classes 0 to "
                + (classes - 1));
      }
    }
  }

  /** Returns the number in the data set of the sample that element {@code i} of targets is of. */
  private static int sample(Batches batches, Seed epoch, Batch batch, int i) {
    return sampleAt(batches, epoch, batch, i / (batch.target().data().length / batch.size()));
  }

  /** Returns the number in the data set of the {@code i}-th sample of a batch. */
  static int sampleAt(Batches batches, Seed epoch, Batch batch, int i) {
    int at = batch.index() * batches.batchSize() + i;
    Dataset data = batches.dataset();
    return data.inRandomOrder() ? epoch.split("order").rng().permutation(data.size())[at] : at;
  }
}
