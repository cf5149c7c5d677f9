package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An op whose result at each place depends on its inputs at that place alone. */
public sealed interface Elementwise extends Op {

  /** Applies a function of one number. */
  record Unary(UnaryFunction function) implements Elementwise {
    @Override
    public String name() {
      return function.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      return inputs.get(0);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(function.gradient(y.input(0), y, dy));
    }
  }

  /** Applies an activation function. */
  record Activate(Activation activation) implements Elementwise {
    @Override
    public String name() {
      return activation.name();
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      return inputs.get(0);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(Value.of(new ActivateGradient(activation), y, dy));
    }
  }

  /**
   * The backward pass of an activation: (y, dy) ↦ dy · slope(y), with y the activation's result.
   */
  record ActivateGradient(Activation activation) implements Elementwise {
    @Override
    public String name() {
      return activation.name() + "_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.check(inputs.get(0).equals(inputs.get(1)), this, "both shapes must agree", inputs);
      return inputs.get(0);
    }

    @Override
    public List<@Nullable Value> gradient(Value out, Value g) {
      Value y = out.input(0);
      return Gradients.of(curvature(y, out.input(1), g), Value.of(this, y, g));
    }

    /** Returns g · dy · slope′(y), or null where the slope does not change. */
    private @Nullable Value curvature(Value y, Value dy, Value g) {
      return switch (activation.kind()) {
        case IDENTITY, RELU, CLIPPED_RELU, LEAKY_RELU -> null;
        case ELU -> {
          Value positive = y.with(BinaryFunction.GREATER, Value.constant(0));
          yield g.times(dy).times(Value.constant(1).minus(positive));
        }
        case SIGMOID -> g.times(dy).times(Value.constant(1).minus(y.times(2)));
        case TANH -> g.times(dy).times(y).times(-2);
        case SOFTPLUS -> g.times(dy).times(y.map(UnaryFunction.NEGATE).map(UnaryFunction.EXP));
      };
    }
  }

  /** Applies a function of two numbers; the inputs broadcast against each other. */
  record Binary(BinaryFunction function) implements Elementwise {
    @Override
    public String name() {
      return function.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      try {
        return Shape.broadcast(inputs.get(0), inputs.get(1));
      } catch (FoveaException e) {
        throw new ShapeException(
            name(),
            "shapes do not broadcast; axes must be equal or 1, counted from the last",
            inputs);
      }
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      Value a = y.input(0);
      Value b = y.input(1);
      List<@Nullable Value> full = function.gradient(a, b, y, dy);
      return Gradients.of(reduced(full.get(0), a), reduced(full.get(1), b));
    }

    private static @Nullable Value reduced(@Nullable Value gradient, Value operand) {
      return gradient == null ? null : gradient.sumTo(operand.shape());
    }
  }

  /**
   * The same numbers as elements of another type. Whole numbers are the nearest, half to even, cut
   * off at the type's bounds; what is not a number becomes 0.
   *
   * <p>No gradient flows through a rounding.
   */
  record Convert(ElementType from, ElementType to) implements Elementwise {
    @Override
    public String name() {
      return "convert";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      return inputs.get(0);
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      if (!inputs.equals(List.of(from))) {
        throw new FoveaException("convert: takes " + from + ", got " + inputs);
      }
      return to;
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      if (from == ElementType.FLOAT32) {
        // Nothing before the rounding would learn, and nobody would notice.
        throw new FoveaException(
            "convert: no gradient flows through "
                + to
                + ", so what comes before cannot be trained");
      }
      return Gradients.of(dy);
    }
  }

  @Override
  default long flops(List<Shape> inputs, Shape output) {
    return output.elements();
  }
}
