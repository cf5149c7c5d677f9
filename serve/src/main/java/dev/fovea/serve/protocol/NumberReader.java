package dev.fovea.serve.protocol;

import dev.fovea.io.Json;
import dev.fovea.io.JsonNumbers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.List;

/** Reads the values of a tensor from JSON: a flat list, or lists nested as its axes are. */
final class NumberReader {
  private final Shape shape;
  private final String where;
  private float[] numbers = {};
  private int count;

  NumberReader(Shape shape, String where) {
    this.shape = shape;
    this.where = where;
  }

  /**
   * Returns the numbers.
   *
   * @throws FoveaException if they are more, fewer or none
   */
  float[] read(Object json) {
    List<Object> list = Json.array(json, where + " data");
    boolean nested = !list.isEmpty() && list.get(0) instanceof List<?>;
    if (count(list) != shape.elements()) { // before memory is taken
      throw wrong();
    }
    numbers = new float[shape.elements()];
    read(list, nested ? 0 : shape.rank() - 1, nested);
    return numbers;
  }

  private static long count(List<?> list) {
    if (list instanceof JsonNumbers) {
      return list.size();
    }
    return list.stream().mapToLong(o -> o instanceof List<?> inner ? count(inner) : 1).sum();
  }

  private void read(List<Object> list, int axis, boolean nested) {
    if (nested && list.size() != shape.dim(axis)) {
      throw wrong();
    }
    if (list instanceof JsonNumbers all && axis == shape.rank() - 1) {
      for (int i = 0; i < all.size(); i++) {
        numbers[count++] = (float) all.at(i);
      }
      return;
    }
    for (Object o : list) {
      if (axis < shape.rank() - 1) {
        read(Json.array(o, where + " data"), axis + 1, true);
      } else {
        add(o);
      }
    }
  }

  private void add(Object json) {
    boolean truth = json instanceof Boolean;
    numbers[count++] =
        truth ? Boolean.TRUE.equals(json) ? 1 : 0 : (float) Json.number(json, where + " data");
  }

  private FoveaException wrong() {
    return new FoveaException(
        "%s: data must be %s numbers, flat or nested as %s"
            .formatted(where, shape.elements(), shape));
  }
}
