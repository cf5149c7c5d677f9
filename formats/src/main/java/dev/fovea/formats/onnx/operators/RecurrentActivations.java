package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import java.util.List;
import java.util.Locale;

/** The activations of a recurrent layer in one direction. */
final class RecurrentActivations {
  private final Node node;
  private final List<String> usual;
  private final int direction;
  private final double clip;

  /**
   * Reads a node's activations.
   *
   * @param usual those that it has if it names none
   */
  RecurrentActivations(Node node, List<String> usual, int direction) {
    this.node = node;
    this.usual = usual;
    this.direction = direction;
    this.clip = node.has("clip") ? node.number("clip", 0) : Double.POSITIVE_INFINITY;
  }

  /** Returns activation {@code which} of a sum. */
  Value apply(int which, Value sum) {
    List<String> names = node.texts("activations");
    int at = direction * usual.size() + which;
    String name = at < names.size() ? names.get(at) : usual.get(which);
    float alpha = part("activation_alpha", at);
    float beta = part("activation_beta", at);
    return activation(name, clipped(sum), alpha, beta);
  }

  private float part(String attribute, int at) {
    List<Float> all = node.numbers(attribute);
    return at < all.size() ? all.get(at) : 0;
  }

  private Value clipped(Value x) {
    if (Double.isInfinite(clip)) {
      return x;
    }
    Value most = Value.constant((float) clip);
    Value least = Value.constant((float) -clip);
    return x.with(BinaryFunction.MAX, least).with(BinaryFunction.MIN, most);
  }

  /** Returns an activation by the name that attributes give. */
  private static Value activation(String name, Value x, float alpha, float beta) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sigmoid" -> x.activate(Activation.SIGMOID);
      case "tanh" -> x.activate(Activation.TANH);
      case "relu" -> x.activate(Activation.RELU);
      case "affine" -> x.times(alpha).plus(Value.constant(beta));
      case "leakyrelu" -> x.activate(Activation.leakyRelu(alpha == 0 ? 0.01f : alpha));
      case "thresholdedrelu" -> x.times(x.with(BinaryFunction.GREATER, Value.constant(alpha)));
      case "scaledtanh" -> x.times(beta).activate(Activation.TANH).times(alpha);
      case "hardsigmoid" ->
          x.times(alpha == 0 ? 0.2f : alpha)
              .plus(Value.constant(beta == 0 ? 0.5f : beta))
              .with(BinaryFunction.MAX, Value.constant(0))
              .with(BinaryFunction.MIN, Value.constant(1));
      case "elu" -> x.activate(Activation.elu(alpha == 0 ? 1 : alpha));
      case "softsign" -> x.over(x.map(UnaryFunction.ABS).plus(Value.constant(1)));
      case "softplus" -> x.activate(Activation.SOFTPLUS);
      default -> throw new FormatException("activation " + name + " is not known");
    };
  }
}
