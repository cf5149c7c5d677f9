package dev.fovea.serve.protocol;

import dev.fovea.io.Json;
import dev.fovea.io.JsonNumbers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Reads the values of a tensor from JSON: a flat list, or lists nested as its axes are. */
final class NumberReader {
  private final Shape shape;
  private final DataType type;
  private final String where;
  private float[] numbers = {};
  private int count;

  NumberReader(Shape shape, DataType type, String where) {
    this.shape = shape;
    this.type = type;
    this.where = where;
  }

  /**
   * Returns the numbers.
   *
   * @throws FoveaException if they are more, fewer, nested otherwise, or not of the type
   */
  float[] read(Object json) {
    List<Object> list = Json.array(json, where + " data");
    boolean nested = !list.isEmpty() && list.get(0) instanceof List<?>;
    if (count(list) != shape.elements() || !read(list, nested)) { // counted before memory is taken
      throw new FoveaException(
          "%s: %s numbers expected, flat or nested as %s, got %s"
              .formatted(where, shape.elements(), shape, described(list)));
    }
    return numbers;
  }

  private static long count(List<?> list) {
    if (list instanceof JsonNumbers) {
      return list.size();
    }
    return list.stream().mapToLong(o -> o instanceof List<?> inner ? count(inner) : 1).sum();
  }

  private boolean read(List<Object> list, boolean nested) {
    numbers = new float[shape.elements()];
    return read(list, nested ? 0 : shape.rank() - 1, nested);
  }

  /** Reads the numbers of a list from an axis on; returns whether it is nested as it must be. */
  private boolean read(List<?> list, int axis, boolean nested) {
    if (nested && list.size() != shape.dim(axis)) {
      return false;
    }
    boolean last = axis == shape.rank() - 1;
    if (last && list instanceof JsonNumbers all) {
      add(all);
      return true;
    }
    for (Object o : list) {
      if (o instanceof List<?> == last) {
        return false;
      }
      if (o instanceof List<?> inner && !read(inner, axis + 1, true)) {
        return false;
      }
      if (last) {
        add(o);
      }
    }
    return true;
  }

  private void add(JsonNumbers all) {
    for (int i = 0; i < all.size(); i++) {
      double number = all.at(i);
      if (!type.takes(number)) {
        throw type.wrong(where, all.get(i), count);
      }
      numbers[count++] = (float) number;
    }
  }

  private void add(Object json) {
    if (json instanceof Boolean truth && type == DataType.BOOL) {
      numbers[count++] = truth ? 1 : 0;
    } else if (json instanceof Number number && type.takes(number.doubleValue())) {
      numbers[count++] = number.floatValue();
    } else {
      throw type.wrong(where, json, count);
    }
  }

  /** Returns how many numbers a list has, and how they are nested. */
  private static String described(List<?> list) {
    List<Integer> sizes = new ArrayList<>();
    long all = 1;
    Object first = list;
    while (first instanceof List<?> inner) {
      sizes.add(inner.size());
      all *= inner.size();
      first = inner.isEmpty() ? "" : inner.get(0);
    }
    long count = count(list);
    if (sizes.size() == 1 && all == count) {
      return Long.toString(count);
    }
    String shape = sizes.toString().replace(" ", "");
    return count + (all == count ? " nested as " + shape : " in lists of different lengths");
  }
}
