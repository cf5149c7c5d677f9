package dev.fovea.systems.segment;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Cross-entropy of logits [N, H, W, C] with class numbers [N, H, W] and a weight for each pixel [N,
 * H, W]: the mean of −w · log softmax(logits)[label] over the pixels that count.
 *
 * @param ignored the number of pixels that do not count, such as 255
 */
public record PixelCrossEntropy(int ignored) implements JointLoss {
  @Override
  public String name() {
    return "pixel_cross_entropy";
  }

  @Override
  public String description() {
    return "PixelCrossEntropy[ignored=" + ignored + "]";
  }

  @Override
  public boolean takesLabels() {
    return true;
  }

  @Override
  public boolean ignores(float label) {
    return label == ignored;
  }

  @Override
  public double weight(Tensor target) {
    long counted = 0;
    for (float label : target.data()) {
      counted += ignores(label) ? 0 : 1;
    }
    return counted;
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    Shape output = outputs.get(0);
    if (output.rank() < 3) {
      throw new FoveaException(
          "pixel_cross_entropy: needs outputs [N, H, W, classes], got " + output);
    }
    Shape map = Shape.of(Arrays.copyOf(output.dims(), output.rank() - 1));
    return List.of(map, map);
  }

  @Override
  public Value of(List<Value> outputs, List<Value> targets) {
    Value logits = outputs.get(0);
    Value labels = targets.get(0);
    Value one = Value.constant(1);
    Value counts = one.minus(labels.with(BinaryFunction.EQUAL, Value.constant(ignored)));
    Value hot = Value.of(new Movement.OneHot(logits.shape().dim(-1)), labels);
    Value logs =
        Value.of(new Normalization.LogSoftmax(), logits).times(hot).sum(-1).reshape(labels.shape());
    Value total = logs.times(targets.get(1)).times(counts).sum().reshape(Shape.scalar());
    Value pixels = counts.sum().reshape(Shape.scalar()).with(BinaryFunction.MAX, one);
    return total.over(pixels).times(-1);
  }
}
