package dev.fovea.formats.weights;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/**
 * ReLU with trained slopes: x for x &gt; 0, else weight · x.
 *
 * <p>Parameter: {@code weight} of a shape that broadcasts to a sample, usually [C] or [1]. He,
 * Zhang, Ren and Sun, 2015.
 *
 * @param shared whether all channels share one slope
 * @param whole whether there is a slope for each place of a sample
 */
public record ChannelPrelu(boolean shared, boolean whole) implements Layer {
  @Override
  public Signal forward(Signal x) {
    Shape c = whole ? x.shape().dropFirst() : Shape.of(shared ? 1 : x.shape().dim(-1));
    Value slope = x.trace().parameter("weight", c, Initializer.constant(0.25f));
    Value v = x.value();
    Value below = v.map(UnaryFunction.NEGATE).with(BinaryFunction.MAX, Value.constant(0));
    return x.with(v.with(BinaryFunction.MAX, Value.constant(0)).minus(below.times(slope)));
  }

  @Override
  public String kind() {
    return "prelu";
  }
}
