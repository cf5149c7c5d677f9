package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A tensor of a file: a constant with its elements, or what is computed.
 *
 * @param name its name; not always the only one of the name
 * @param shape the extents for one batch
 * @param free the same with −1 where an extent is free
 * @param data the elements, row-major and little-endian; empty if they are computed
 * @param rounding what real numbers whole ones stand for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TfliteTensor(
    String name,
    ElementType type,
    int[] shape,
    int[] free,
    Optional<ByteBuffer> data,
    Optional<Rounding> rounding) {
  /** Returns the number of elements. */
  long size() {
    return size(shape, 0);
  }

  /** Returns the product of the extents from an axis on. */
  static long size(int[] shape, int from) {
    long n = 1;
    for (int a = from; a < shape.length; a++) {
      n = Math.multiplyExact(n, shape[a]);
    }
    return n;
  }

  int rank() {
    return shape.length;
  }

  /** Returns the extent of an axis, which may be counted from the end. */
  int extent(int axis) {
    return shape[axis < 0 ? axis + shape.length : axis];
  }

  /** Returns whether the elements are steps of real numbers. */
  boolean isRounded() {
    return rounding.isPresent() && type.isRounded();
  }

  /**
   * Returns the elements of a constant of whole numbers.
   *
   * @throws FormatException if they are computed or are too many or no whole numbers
   */
  int[] integers(int most) {
    ByteBuffer from =
        data.orElseThrow(() -> new FormatException(name + " must be known, but is computed"));
    if (size() > most || (type != ElementType.INT32 && type != ElementType.INT64)) {
      throw new FormatException(
          "%s: at most %s whole numbers expected, got %s of %s"
              .formatted(name, most, type, Arrays.toString(shape)));
    }
    int[] all = new int[(int) size()];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          type == ElementType.INT32
              ? from.getInt(Integer.BYTES * i)
              : Math.toIntExact(from.getLong(Long.BYTES * i));
    }
    return all;
  }

  /**
   * Returns this tensor with another name and rounding, as a constant of another one's elements.
   */
  TfliteTensor of(TfliteTensor constant) {
    return new TfliteTensor(name, constant.type, shape, free, constant.data, constant.rounding);
  }
}
