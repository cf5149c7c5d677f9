package dev.fovea.formats.tflite;

import com.google.flatbuffers.Table;
import dev.fovea.formats.FormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A table of a FlatBuffers file whose fields are told by their number in the schema.
 *
 * <p>Tables may be shared, so that a small file can stand for a large tree. What is read altogether
 * is therefore bounded by a multiple of the file's size.
 */
final class FlatTable extends Table {
  /** How often each byte of a file may be read on average. */
  private static final int TIMES = 8;

  /** The bytes that small files may have read in addition. */
  private static final long FEW = 4 << 20;

  /** The first entries of a table's index are two sizes, of two bytes each. */
  private static final int INDEX = 4;

  /** More than any table of the schema has. */
  private static final int MOST_FIELDS = 64;

  private final Allowance allowance;

  /** How many more bytes of a file may be read. */
  private static final class Allowance {
    private long left;

    private Allowance(long left) {
      this.left = left;
    }

    private void take(long bytes) {
      left -= bytes;
      if (left < 0) {
        throw new FormatException("its parts refer to each other more often than any real file's");
      }
    }
  }

  private FlatTable(ByteBuffer bytes, int at, Allowance allowance) {
    this.allowance = allowance;
    allowance.take(Long.BYTES);
    __reset(at, bytes);
  }

  /** Returns the outermost table of a file. */
  static FlatTable root(ByteBuffer file) {
    Allowance allowance = new Allowance(TIMES * (long) file.limit() + FEW);
    return new FlatTable(file, file.getInt(0), allowance);
  }

  /** Counts bytes that are made of this file. */
  void take(long bytes) {
    allowance.take(bytes);
  }

  private int place(int field) {
    int offset = __offset(INDEX + Short.BYTES * field);
    return offset == 0 ? 0 : bb_pos + offset;
  }

  /** Returns whether a field is there; those that have their default are not. */
  boolean has(int field) {
    return place(field) != 0;
  }

  /** Returns the number of the first field from a number on that is there. */
  Optional<Integer> firstFrom(int field) {
    for (int i = field; i < MOST_FIELDS; i++) {
      if (has(i)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  int integer(int field, int otherwise) {
    int at = place(field);
    return at == 0 ? otherwise : bb.getInt(at);
  }

  /** Returns a field of one byte. */
  int small(int field, int otherwise) {
    int at = place(field);
    return at == 0 ? otherwise : bb.get(at);
  }

  boolean flag(int field) {
    return small(field, 0) != 0;
  }

  float number(int field, float otherwise) {
    int at = place(field);
    return at == 0 ? otherwise : bb.getFloat(at);
  }

  /** Returns a text, the empty one if it is not there. */
  String text(int field) {
    ByteBuffer bytes = bytes(field);
    allowance.take(bytes.remaining());
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  /** Returns the bytes of a field without copying them. */
  ByteBuffer bytes(int field) {
    int length = length(field, 1);
    return length == 0
        ? bb.slice(0, 0).order(bb.order())
        : bb.slice(elements(field), length).order(bb.order());
  }

  int[] integers(int field) {
    int length = length(field, Integer.BYTES);
    allowance.take((long) Integer.BYTES * length);
    int[] all = new int[length];
    for (int i = 0; i < length; i++) {
      all[i] = bb.getInt(elements(field) + Integer.BYTES * i);
    }
    return all;
  }

  long[] longs(int field) {
    int length = length(field, Long.BYTES);
    allowance.take((long) Long.BYTES * length);
    long[] all = new long[length];
    for (int i = 0; i < length; i++) {
      all[i] = bb.getLong(elements(field) + Long.BYTES * i);
    }
    return all;
  }

  float[] numbers(int field) {
    int length = length(field, Float.BYTES);
    allowance.take((long) Float.BYTES * length);
    float[] all = new float[length];
    for (int i = 0; i < length; i++) {
      all[i] = bb.getFloat(elements(field) + Float.BYTES * i);
    }
    return all;
  }

  /** Returns the table that a field refers to. */
  Optional<FlatTable> table(int field) {
    int at = place(field);
    return at == 0 ? Optional.empty() : Optional.of(new FlatTable(bb, __indirect(at), allowance));
  }

  /** Returns what is made of each table of a list. */
  <T> List<T> each(int field, IntFunction<String> names, Read<T> read) {
    int length = length(field, Integer.BYTES);
    List<T> all = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      FlatTable table =
          new FlatTable(bb, __indirect(elements(field) + Integer.BYTES * i), allowance);
      try {
        all.add(read.of(table, i));
      } catch (FormatException e) {
        throw new FormatException(names.apply(i) + ": " + e.getMessage(), e);
      }
    }
    return all;
  }

  /** Makes something of a table. */
  interface Read<T> {
    /** Returns what table {@code index} of its list stands for. */
    T of(FlatTable table, int index);
  }

  private int elements(int field) {
    return __vector(place(field) - bb_pos);
  }

  /** Returns the length of a list, all of whose elements lie within the file. */
  private int length(int field, int bytesEach) {
    int at = place(field);
    if (at == 0) {
      return 0;
    }
    int length = __vector_len(at - bb_pos);
    int first = elements(field);
    if (length < 0 || first < 0 || first + (long) length * bytesEach > bb.limit()) {
      throw new FormatException(
          "a list of " + Integer.toUnsignedString(length) + " elements does not fit the file");
    }
    return length;
  }
}
