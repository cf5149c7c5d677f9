package dev.fovea.formats.onnx;

import dev.fovea.formats.FormatException;
import dev.fovea.tensor.Shape;
import java.util.function.DoubleBinaryOperator;

/** Elementwise functions of known tensors, broadcast by the rules of NumPy. */
final class ElementFunctions {
  private ElementFunctions() {}

  /** Returns f(a, b) at each place, held as {@code type}. */
  static HostTensor zip(HostTensor a, HostTensor b, DataType type, DoubleBinaryOperator f) {
    Shape shape = HostTensor.bounded(Shape.broadcast(a.shape(), b.shape()));
    HostTensor x = a.broadcast(shape);
    HostTensor y = b.broadcast(shape);
    double[] out = new double[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = type.hold(f.applyAsDouble(x.at(i), y.at(i)));
    }
    return HostTensor.of(type, shape, out);
  }

  /** Returns where the condition holds a, else b. */
  static HostTensor where(HostTensor condition, HostTensor a, HostTensor b) {
    Shape shape = Shape.broadcast(Shape.broadcast(condition.shape(), a.shape()), b.shape());
    HostTensor c = condition.broadcast(HostTensor.bounded(shape));
    HostTensor x = a.broadcast(shape);
    HostTensor y = b.broadcast(shape);
    return HostTensor.reading(a.type(), shape, i -> c.at(i) != 0 ? x.at(i) : y.at(i), c, x, y);
  }

  /** Returns a remainder: of the sign of the divisor, or, like C's fmod, of the dividend. */
  static double remainder(double a, double b, boolean ofDividend) {
    if (b == 0) {
      return Double.NaN;
    }
    double r = a % b;
    return !ofDividend && r != 0 && (r < 0) != (b < 0) ? r + b : r;
  }

  /** Returns a bit shifted number. */
  static double shift(double a, double by, boolean left) {
    long n = (long) by;
    if (n < 0 || n > 63) {
      return 0;
    }
    return left ? (long) a << n : (long) a >>> n;
  }

  /** Returns the nearest whole number, of two equally near the even one. */
  static double round(double x) {
    return Math.rint(x);
  }

  /** Returns the inverse of the hyperbolic sine. */
  static double asinh(double x) {
    double a = Math.abs(x);
    return Math.copySign(Math.log(a + Math.sqrt(a * a + 1)), x);
  }

  /** Returns a number clipped to a range; an upper bound below the lower one wins. */
  static double clip(double x, double low, double high) {
    return Double.isNaN(x) ? x : Math.min(Math.max(x, low), high);
  }

  /**
   * Returns an operand of the old form of broadcasting, in which the axes of B stand at an axis of
   * A that the node names, shaped for the present form.
   */
  static Shape legacy(Node node, Shape a, Shape b) {
    if (!node.flag("broadcast", false) || !node.has("axis")) {
      return b;
    }
    int axis = Index.axis(node.integer("axis", 0), a.rank());
    int after = a.rank() - axis - b.rank();
    if (after < 0) {
      throw new FormatException(b + " does not fit " + a + " from axis " + axis + " on");
    }
    int[] dims = java.util.Arrays.copyOf(b.dims(), b.rank() + after);
    java.util.Arrays.fill(dims, b.rank(), dims.length, 1);
    return Shape.of(dims);
  }
}
