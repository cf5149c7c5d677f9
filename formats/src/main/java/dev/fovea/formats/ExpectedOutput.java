package dev.fovea.formats;

import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One output of a reference.
 *
 * <p>A difference is relative to the expected number, but no smaller than 10⁻³ of the output's
 * largest magnitude (for the sum, its norm): 32-bit sums in another order leave such rests where
 * numbers cancel.
 *
 * @param name what the reference calls it
 * @param shape its shape as it lies in the file, batch first
 * @param first its first values, at most 16
 * @param sum the sum of all values
 * @param norm the square root of the sum of their squares
 * @param min the smallest
 * @param max the largest
 * @param argmax the place of the largest in row-major order
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
  private static final double FLOOR = 1e-3;

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

  /** Returns how far each quantity is from that of an output. */
  List<ReferenceCheck.Difference> compare(Tensor output) {
    List<ReferenceCheck.Difference> all = new ArrayList<>();
    if (!output.shape().equals(shape) || first.size() > output.data().length) {
      all.add(
          new ReferenceCheck.Difference(
              name + " shape, expected " + shape + ", got " + output.shape(),
              shape.elements(),
              output.shape().elements(),
              Double.POSITIVE_INFINITY));
      return all;
    }
    float[] data = output.data();
    double largest = Math.max(Math.abs(min), Math.abs(max));
    for (int i = 0; i < first.size(); i++) {
      all.add(difference("value " + i, first.get(i), data[i], FLOOR * largest));
    }
    Extremes found = Extremes.of(data);
    all.add(difference("sum", sum, found.sum, Math.max(FLOOR * largest, norm)));
    all.add(difference("norm", norm, found.norm, 0));
    all.add(difference("minimum", min, found.min, FLOOR * largest));
    all.add(difference("maximum", max, found.max, FLOOR * largest));
    // Where several are largest but for rounding, the place of any of them will do.
    boolean inside = argmax >= 0 && argmax < data.length;
    all.add(
        inside
            ? difference("value at the place of the maximum", max, data[argmax], FLOOR * largest)
            : new ReferenceCheck.Difference(
                name + " place of the maximum", argmax, 0, Double.POSITIVE_INFINITY));
    return all;
  }

  private ReferenceCheck.Difference difference(
      String what, double expected, double actual, double floor) {
    double size = Math.max(Math.abs(expected), floor);
    double apart = Math.abs(expected - actual);
    double relative = apart == 0 ? 0 : apart / size;
    boolean isNumber = Double.isFinite(actual) && !Double.isNaN(relative);
    return new ReferenceCheck.Difference(
        name + " " + what, expected, actual, isNumber ? relative : Double.POSITIVE_INFINITY);
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
