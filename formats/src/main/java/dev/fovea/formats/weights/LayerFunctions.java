package dev.fovea.formats.weights;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Signal;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Normalization;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import java.util.function.UnaryOperator;

/** Activation functions by what other libraries call them. */
public final class LayerFunctions {
  private LayerFunctions() {}

  /** Returns max(low, min(x, high)). */
  public static Layer clip(String kind, float low, float high) {
    return ImageSteps.layer(kind, x -> x.with(clip(x.value(), low, high)));
  }

  private static Value clip(Value x, float low, float high) {
    Value above = Float.isInfinite(low) ? x : x.with(BinaryFunction.MAX, Value.constant(low));
    return Float.isInfinite(high) ? above : above.with(BinaryFunction.MIN, Value.constant(high));
  }

  /** Returns clip(slope · x + offset, 0, 1). */
  public static Layer hardSigmoid(float slope, float offset) {
    return each("hard_sigmoid", x -> clip(x.times(slope).plus(Value.constant(offset)), 0, 1));
  }

  /** Returns x / (1 + |x|). */
  public static Layer softsign() {
    return each("softsign", x -> x.over(x.map(UnaryFunction.ABS).plus(Value.constant(1))));
  }

  /** Returns max(x, 0) + x/10, Darknet's ramp. */
  public static Layer ramp() {
    return each("ramp", x -> x.activate(Activation.RELU).plus(x.times(0.1f)));
  }

  /** Returns 2 · sigmoid(x) − 1, Darknet's loggy. */
  public static Layer loggy() {
    return each("loggy", x -> x.activate(Activation.SIGMOID).times(2).plus(Value.constant(-1)));
  }

  /** Returns x/8 + 1/2 between −4 and 4, (x + 4)/100 below and (x − 4)/100 + 1 above. */
  public static Layer piecewiseSigmoid() {
    return each(
        "plse",
        x -> {
          Value middle = clip(x, -4, 4);
          return middle.times(0.125f).plus(Value.constant(0.5f)).plus(x.minus(middle).times(0.01f));
        });
  }

  /** Returns eˣ. */
  public static Layer exponential() {
    return each("exp", x -> x.map(UnaryFunction.EXP));
  }

  /** Returns x itself. */
  public static Layer identity() {
    return ImageSteps.layer("identity", x -> x);
  }

  /** Returns the softmax over the channels. */
  public static Layer softmax() {
    return ImageSteps.layer("softmax", x -> x.apply(new Normalization.Softmax()));
  }

  /**
   * Returns x for x &gt; 0, else {@code slope}·x, for slopes of either sign.
   *
   * @throws FoveaException if the slope is not finite
   */
  public static Layer leaky(float slope) {
    if (slope >= 0) {
      return slope == 0 ? Layers.relu() : Layers.leakyRelu(slope);
    }
    return each(
        "leaky_relu",
        x -> {
          Value zero = Value.constant(0);
          return x.with(BinaryFunction.MAX, zero)
              .plus(x.with(BinaryFunction.MIN, zero).times(slope));
        });
  }

  private static Layer each(String kind, UnaryOperator<Value> function) {
    return ImageSteps.layer(kind, (Signal x) -> x.with(function.apply(x.value())));
  }
}
