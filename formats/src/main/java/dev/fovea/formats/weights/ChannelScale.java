package dev.fovea.formats.weights;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/**
 * A layer that scales and shifts each channel: x · weight + bias.
 *
 * <p>Parameters: {@code weight} [C] and {@code bias} [C], those that there are.
 *
 * @param weight whether channels are scaled
 * @param bias whether channels are shifted
 */
public record ChannelScale(boolean weight, boolean bias) implements Layer {
  @Override
  public Signal forward(Signal x) {
    Shape c = Shape.of(x.shape().dim(-1));
    Value y = x.value();
    if (weight) {
      y = y.times(x.trace().parameter("weight", c, Initializer.ones()));
    }
    if (bias) {
      y = y.plus(x.trace().parameter("bias", c, Initializer.zeros()));
    }
    return x.with(y);
  }

  @Override
  public String kind() {
    return "scale";
  }
}
