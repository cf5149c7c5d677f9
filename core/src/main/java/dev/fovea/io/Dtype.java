package dev.fovea.io;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The types of numbers in a safetensors file that are read to floats. */
enum Dtype {
  F32(4),
  F16(2),
  BF16(2),
  F64(8),
  I64(8),
  U64(8),
  I32(4),
  U32(4),
  I16(2),
  U16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  static Optional<Dtype> named(String name) {
    return Arrays.stream(values()).filter(d -> d.name().equals(name)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(Dtype::name).collect(Collectors.joining(", "));
  }

  /**
   * Reads {@code n} numbers from the little-endian buffer to {@code to} from index {@code from} on.
   *
   * @return the index of the first number that is no float, or −1
   */
  int read(ByteBuffer in, float[] to, int from, int n) {
    if (this == F32) {
      in.asFloatBuffer().get(to, from, n);
      return -1;
    }
    for (int i = from; i < from + n; i++) {
      double exact = next(in);
      to[i] = (float) exact;
      boolean lost = isWhole() ? to[i] != exact : Double.isFinite(exact) && Float.isInfinite(to[i]);
      if (lost) {
        return i;
      }
    }
    return -1;
  }

  private boolean isWhole() {
    return switch (this) {
      case F32, F16, BF16, F64 -> false;
      case I64, U64, I32, U32, I16, U16, I8, U8, BOOL -> true;
    };
  }

  private double next(ByteBuffer in) {
    return switch (this) {
      case F32 -> in.getFloat();
      case F16 -> Float.float16ToFloat(in.getShort());
      case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
      case F64 -> in.getDouble();
      case I64 -> whole(in.getLong());
      case U64 -> unsigned(in.getLong());
      case I32 -> in.getInt();
      case U32 -> Integer.toUnsignedLong(in.getInt());
      case I16 -> in.getShort();
      case U16 -> Short.toUnsignedInt(in.getShort());
      case I8 -> in.get();
      case U8 -> Byte.toUnsignedInt(in.get());
      case BOOL -> in.get() == 0 ? 0 : 1;
    };
  }

  /** Returns the number, or NaN (which equals nothing) where a double would round it. */
  private static double whole(long value) {
    return (long) (double) value == value && value != Long.MAX_VALUE ? (double) value : Double.NaN;
  }

  private static double unsigned(long value) {
    return value >= 0 ? whole(value) : Double.NaN;
  }
}
