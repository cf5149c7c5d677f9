package dev.fovea.formats;

import dev.fovea.formats.weights.Layouts;
import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One output of a reference.
 *
 * @param name its name in the reference
 * @param shape its shape in the file's order of axes, batch first
 * @param first its first values, at most 16
 * @param sum the sum of all values
 * @param norm the square root of the sum of their squares
 * @param min the smallest
 * @param max the largest
 * @param argmax the row-major index of the largest
 */
public record ExpectedOutput(
    String name,
    Shape shape,
    List<Double> first,
    double sum,
    double norm,
    double min,
    double max,
    int argmax) {
  /** Copies the list. */
  public ExpectedOutput {
    first = List.copyOf(first);
  }

  static ExpectedOutput parse(String name, Object value, String where) {
    Map<String, Object> fields = Json.object(value, where);
    return new ExpectedOutput(
        name,
        ReferenceCheck.shape(fields, "shape", where),
        ReferenceCheck.numbers(fields, "first16", where),
        number(fields, "sum", where),
        number(fields, "l2", where),
        number(fields, "min", where),
        number(fields, "max", where),
        (int) Json.integer(Json.member(fields, "argmax", where), where + " argmax"));
  }

  private static double number(Map<String, Object> fields, String name, String where) {
    return Json.number(Json.member(fields, name, where), where + " " + name);
  }

  /**
   * Returns how far each quantity of an output is from this one's; maps may have their channels
   * before the places in one of the two and behind them in the other.
   */
  List<ReferenceCheck.Difference> compare(Tensor given, Tolerance tolerance) {
    Tensor output = arranged(given);
    if (!output.shape().equals(shape) || first.size() > output.data().length) {
      return List.of(
          new ReferenceCheck.Difference(
              name + " shape, expected " + shape + ", got " + output.shape(),
              shape.elements(),
              Double.NaN,
              0));
    }
    float[] data = output.data();
    double each = tolerance.absolute(Math.max(Math.abs(min), Math.abs(max)));
    // What the elements may be off adds up in the sum and the norm as independent errors do.
    double all = each * Math.sqrt(data.length);
    double share = tolerance.relative();
    List<ReferenceCheck.Difference> found = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      double b = first.get(i);
      found.add(difference(place(i), b, data[i], each + share * Math.abs(b)));
    }
    Extremes own = Extremes.of(data);
    double size = Math.max(Math.abs(sum), norm);
    found.add(difference("sum", sum, own.sum, all + share * size));
    found.add(difference("norm", norm, own.norm, all + share * norm));
    found.add(difference("minimum", min, own.min, each + share * Math.abs(min)));
    found.add(difference("maximum", max, own.max, each + share * Math.abs(max)));
    // Where several are largest but for rounding, the place of any of them will do.
    boolean inside = argmax >= 0 && argmax < data.length;
    found.add(
        inside
            ? difference(place(argmax), max, data[argmax], each + share * Math.abs(max))
            : difference("place of the maximum", argmax, Double.NaN, 0));
    return found;
  }

  /** Returns an output with the channels where this one has them, if moving them makes it fit. */
  private Tensor arranged(Tensor given) {
    Shape own = given.shape();
    if (own.equals(shape) || own.rank() != 4 || shape.rank() != 4) {
      return given;
    }
    if (Shape.of(own.dim(0), own.dim(3), own.dim(1), own.dim(2)).equals(shape)) {
      return Layouts.permute(given, 0, 3, 1, 2);
    }
    if (Shape.of(own.dim(0), own.dim(2), own.dim(3), own.dim(1)).equals(shape)) {
      return Layouts.permute(given, 0, 2, 3, 1);
    }
    return given;
  }

  private ReferenceCheck.Difference difference(
      String what, double expected, double actual, double allowed) {
    return new ReferenceCheck.Difference(name + " " + what, expected, actual, allowed);
  }

  /** Returns where an element lies, as the axes of the file number it. */
  private String place(int index) {
    int[] at = new int[shape.rank()];
    int rest = index;
    for (int a = at.length - 1; a >= 0; a--) {
      at[a] = rest % shape.dim(a);
      rest /= shape.dim(a);
    }
    return Arrays.toString(at).replace(" ", "");
  }

  /** Sums and extremes of an output in double precision. */
  private record Extremes(double sum, double norm, double min, double max) {
    static Extremes of(float... data) {
      double sum = 0;
      double squares = 0;
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (float x : data) {
        sum += x;
        squares += (double) x * x;
        min = Math.min(min, x);
        max = Math.max(max, x);
      }
      return new Extremes(sum, Math.sqrt(squares), min, max);
    }
  }
}
