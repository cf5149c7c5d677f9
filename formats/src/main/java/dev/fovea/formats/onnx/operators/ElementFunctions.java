package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.tensor.Shape;
import java.util.function.DoubleBinaryOperator;

/** Elementwise functions of known tensors, broadcast by the rules of NumPy. */
public final class ElementFunctions {
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
  public static HostTensor where(HostTensor condition, HostTensor a, HostTensor b) {
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

  /** Returns a whole number with its bits shifted; to the right its sign comes after. */
  static double shift(DataType type, double a, double by, boolean left) {
    boolean inside = by >= 0 && by < type.bits();
    if (!inside) {
      return !left && a < 0 ? -1 : 0;
    }
    // Unsigned numbers of 64 bits lie beyond what a long holds with a sign.
    long x = type == DataType.UINT64 ? type.element(a) : (long) a;
    long shifted = left ? x << (int) by : type == DataType.UINT64 ? x >>> (int) by : x >> (int) by;
    return type == DataType.UINT64 ? type.value(shifted) : shifted;
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
    node.obeys("axis");
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
