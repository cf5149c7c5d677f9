package dev.fovea.cli;

import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * A loss over logits for networks that end in a softmax: it sees the logarithm of the
 * probabilities.
 *
 * @param logits the loss over logits
 */
record ProbabilityLoss(Loss logits) implements Loss {
  /** What keeps the logarithm finite. */
  private static final float LEAST = 1e-30f;

  /** Returns the loss as a model's output wants it. */
  static Loss of(Model model, Loss logits) {
    return model.output(0).scale() == Output.Scale.SOFTMAX ? new ProbabilityLoss(logits) : logits;
  }

  @Override
  public String name() {
    return logits.name();
  }

  @Override
  public boolean takesLabels() {
    return logits.takesLabels();
  }

  @Override
  public boolean ignores(float label) {
    return logits.ignores(label);
  }

  @Override
  public double weight(Tensor target) {
    return logits.weight(target);
  }

  @Override
  public Shape target(Shape output) {
    return logits.target(output);
  }

  @Override
  public Value of(Value output, Value target) {
    Value above = output.with(BinaryFunction.MAX, Value.constant(LEAST));
    return logits.of(above.map(UnaryFunction.LOG), target);
  }
}
