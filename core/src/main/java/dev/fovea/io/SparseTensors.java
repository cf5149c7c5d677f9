package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Tensors of which a safetensors file holds the numbers that are not 0 alone.
 *
 * <p>In the place of a tensor {@code NAME} there are two: {@code NAME.bitmap}, U8, has a bit for
 * each number in the order of the tensor, the lowest bit of a byte first, that tells whether it is
 * not 0; {@code NAME.values}, F32, has those in the same order. The metadata {@value #KEY} is a
 * JSON object of the tensors' names and shapes.
 */
final class SparseTensors {
  /** The metadata that lists them. */
  static final String KEY = "fovea.sparse";

  static final String BITMAP = ".bitmap";
  static final String VALUES = ".values";

  /** What a tensor in two parts must save, in bytes: more than its part of the header. */
  private static final long LEAST = 512;

  private final String file;
  private final Map<String, Shape> shapes;

  private SparseTensors(String file, Map<String, Shape> shapes) {
    this.file = file;
    this.shapes = shapes;
  }

  /** Returns those that a file's metadata lists. */
  static SparseTensors of(String file, Map<String, String> metadata) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    String text = metadata.get(KEY);
    if (text != null) {
      String where = file + ": metadata " + KEY;
      Json.parseObject(text, where)
          .forEach((name, dims) -> {
            String entry = where + ": " + Text.shown(name);
            shapes.put(name, shape(Json.array(dims, entry), entry));
          });
    }
    return new SparseTensors(file, shapes);
  }

  private static Shape shape(List<Object> dims, String where) {
    if (dims.size() > Shape.MAX_RANK) {
      throw new FoveaException(
          where + ": has %s axes, at most %s are read".formatted(dims.size(), Shape.MAX_RANK));
    }
    int[] extents = new int[dims.size()];
    for (int i = 0; i < extents.length; i++) {
      long extent = Json.integer(dims.get(i), where);
      if (extent < 0 || extent > Integer.MAX_VALUE) {
        throw new FoveaException(where + ": has the extent " + extent);
      }
      extents[i] = (int) extent;
    }
    try {
      return Shape.of(extents);
    } catch (FoveaException e) {
      throw new FoveaException(where + ": " + e.getMessage(), e);
    }
  }

  /** Returns the memory that they take when they are whole, in bytes. */
  long bytes() {
    return shapes.values().stream().mapToLong(s -> (long) Float.BYTES * s.elements()).sum();
  }

  /** Returns the tensors of a file with these in the place of their parts. */
  Map<String, Tensor> whole(Map<String, Tensor> parts) {
    Map<String, Tensor> left = new LinkedHashMap<>(parts);
    Map<String, Tensor> made = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> {
      Tensor bitmap = left.remove(name + BITMAP);
      Tensor values = left.remove(name + VALUES);
      if (bitmap == null || values == null) {
        String missing = Text.shown(name + (bitmap == null ? BITMAP : VALUES));
        throw bad(name, "there is no tensor \"" + missing + "\" that can be read");
      }
      made.put(name, Tensor.of(shape, numbers(name, shape, bitmap.data(), values.data())));
    });
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (String name : parts.keySet()) {
      String whole =
          name.endsWith(VALUES) ? name.substring(0, name.length() - VALUES.length()) : "";
      if (made.containsKey(whole)) {
        all.put(whole, made.get(whole));
      } else if (left.containsKey(name)) {
        if (made.containsKey(name)) {
          throw bad(name, "there is a tensor of that name as well");
        }
        all.put(name, left.get(name));
      }
    }
    return all;
  }

  private float[] numbers(String name, Shape shape, float[] bitmap, float[] values) {
    int n = shape.elements();
    long bytes = ((long) n + Byte.SIZE - 1) / Byte.SIZE;
    if (bitmap.length != bytes) {
      throw bad(
          name,
          "its bitmap has %s bytes, expected %s for %s".formatted(bitmap.length, bytes, shape));
    }
    float[] numbers = new float[n];
    int next = 0;
    for (long i = 0; i < bytes * Byte.SIZE; i++) { // more than an int tells in the largest
      float number = bitmap[(int) (i / Byte.SIZE)];
      int bits = (int) number;
      if (bits != number || bits < 0 || bits > 255) {
        throw bad(name, "its bitmap has the number " + number);
      }
      if ((bits >> i % Byte.SIZE & 1) == 1) {
        if (i >= n || next == values.length) {
          throw bad(name, "its bitmap has more bits than " + values.length + " values in " + shape);
        }
        numbers[(int) i] = values[next++];
      }
    }
    if (next != values.length) {
      throw bad(name, "its bitmap has %s bits for %s values".formatted(next, values.length));
    }
    return numbers;
  }

  private FoveaException bad(String name, String what) {
    return new FoveaException(file + ": sparse tensor \"" + Text.shown(name) + "\": " + what);
  }

  // ---- writing

  /** Returns which tensors take less room in two parts. */
  static List<String> worthwhile(Map<String, Tensor> tensors) {
    List<String> names = new ArrayList<>();
    tensors.forEach((name, t) -> {
      int n = t.data().length;
      long parts = (long) Float.BYTES * countNonzero(t.data()) + Math.ceilDiv(n, Byte.SIZE);
      boolean free = !tensors.containsKey(name + BITMAP) && !tensors.containsKey(name + VALUES);
      if (free && parts + LEAST < (long) Float.BYTES * n) {
        names.add(name);
      }
    });
    return names;
  }

  /** Returns the metadata that lists tensors. */
  static String listed(List<String> names, Map<String, Tensor> tensors) {
    Map<String, Object> shapes = new LinkedHashMap<>();
    for (String name : names) {
      List<Object> dims = new ArrayList<>();
      for (int d : Objects.requireNonNull(tensors.get(name)).shape().dims()) {
        dims.add(d);
      }
      shapes.put(name, dims);
    }
    return Json.write(shapes);
  }

  static byte[] bitmap(float[] numbers) {
    byte[] bits = new byte[(numbers.length + Byte.SIZE - 1) / Byte.SIZE];
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != 0) {
        bits[i / Byte.SIZE] |= (byte) (1 << i % Byte.SIZE);
      }
    }
    return bits;
  }

  private static int countNonzero(float[] numbers) {
    int n = 0;
    for (float f : numbers) {
      n += f != 0 ? 1 : 0;
    }
    return n;
  }

  static float[] values(float[] numbers) {
    float[] values = new float[countNonzero(numbers)];
    int next = 0;
    for (float f : numbers) {
      if (f != 0) {
        values[next++] = f;
      }
    }
    return values;
  }
}
