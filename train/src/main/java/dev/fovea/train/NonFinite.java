package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.Batches;
import dev.fovea.engine.compile.Step;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** Finds where a NaN or an infinity came from: the data, the parameters or a layer. */
final class NonFinite {
  private NonFinite() {}

  /**
   * Returns the failure of a step.
   *
   * @param where which step it is, and what was not finite
   * @param batches the data
   * @param epoch the seed of the epoch
   * @param batch the batch of the step
   * @param model the model
   * @param trained the parameters that training changes
   * @param function the step, whose inputs have been set again
   * @param rate the learning rate
   */
  static FoveaException explain(
      String where,
      Batches batches,
      Seed epoch,
      Batch batch,
      Model model,
      List<Parameter> trained,
      StepFunction function,
      double rate) {
    String cause =
        inData(batches, epoch, batch, batch.inputs(), "input")
            .or(() -> inData(batches, epoch, batch, batch.targets(), "target"))
            .or(() -> inParameters(model, trained))
            .or(() -> function.execution().runAndFindNonFinite().map(NonFinite::inStep))
            .orElse("it could not be found again");
    boolean data = cause.startsWith("sample");
    return data
        ? new FoveaException(where + ": " + cause)
        : new DivergedException(where + ": " + cause + advice(rate));
  }

  /** Returns what may help against a diverging training. */
  static String advice(double rate) {
    return " (learning rate " + rate + "; a smaller one or clipping by norm may help)";
  }

  private static Optional<String> inData(
      Batches batches, Seed epoch, Batch batch, List<Tensor> tensors, String what) {
    for (Tensor t : tensors) {
      float[] values = t.data();
      int at = first(values, 0, values.length);
      if (at >= 0) {
        int i = at / (values.length / batch.size());
        int sample = DataCheck.sampleAt(batches, epoch, batch, i);
        return Optional.of(
            "sample " + sample + " of the data has a " + values[at] + " in its " + what);
      }
    }
    return Optional.empty();
  }

  /** Returns the first parameter that holds a NaN or an infinity, in words. */
  static Optional<String> inParameters(Model model, List<Parameter> trained) {
    float[] values = model.parameters().values();
    for (Parameter p : trained) {
      int at = first(values, p.offset(), p.offset() + p.shape().elements());
      if (at >= 0) {
        return Optional.of("parameter " + p.name() + " holds a " + values[at]);
      }
    }
    return Optional.empty();
  }

  private static String inStep(Step step) {
    String layer = step.path().isEmpty() ? "the loss" : step.path();
    return "it arose first in "
        + layer
        + ", in the result of "
        + step.value().op().name()
        + " "
        + step.value().shape();
  }

  private static int first(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }
}
