package dev.fovea.formats.onnx;

import dev.fovea.formats.FormatException;

/** The type of a tensor's elements; all are computed in double precision and rounded to type. */
enum DataType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  UINT16(4, 2),
  INT16(5, 2),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  FLOAT16(10, 2),
  DOUBLE(11, 8),
  UINT32(12, 4),
  UINT64(13, 8),
  BFLOAT16(16, 2);

  private final int code;
  private final int bytes;

  DataType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Returns the type of a number of the format's schema. */
  static DataType of(int code) {
    for (DataType t : values()) {
      if (t.code == code) {
        return t;
      }
    }
    throw new FormatException("element type " + code + " is not supported");
  }

  /** Returns the number that stands for the type in files. */
  int code() {
    return code;
  }

  /** Returns how many bytes an element takes in a file. */
  int bytes() {
    return bytes;
  }

  /** Returns whether elements have a fraction. */
  boolean isFloat() {
    return this == FLOAT || this == DOUBLE || this == FLOAT16 || this == BFLOAT16;
  }

  /** Returns the least whole number of the type. */
  double least() {
    return switch (this) {
      case INT8 -> Byte.MIN_VALUE;
      case INT16 -> Short.MIN_VALUE;
      case INT32 -> Integer.MIN_VALUE;
      case INT64 -> Long.MIN_VALUE;
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> Double.NEGATIVE_INFINITY;
      default -> 0;
    };
  }

  /** Returns the greatest whole number of the type. */
  double greatest() {
    return switch (this) {
      case BOOL -> 1;
      case UINT8 -> 255;
      case INT8 -> Byte.MAX_VALUE;
      case UINT16 -> 65535;
      case INT16 -> Short.MAX_VALUE;
      case UINT32 -> 4294967295.0;
      case INT32 -> Integer.MAX_VALUE;
      case UINT64 -> 0x1p64;
      case INT64 -> Long.MAX_VALUE;
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> Double.POSITIVE_INFINITY;
    };
  }

  /** Returns a result of arithmetic as the type holds it: rounded, truncated or wrapped. */
  double hold(double x) {
    return switch (this) {
      case FLOAT -> (float) x;
      case DOUBLE -> x;
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) x));
      case BFLOAT16 -> brain((float) x);
      case BOOL -> x != 0 ? 1 : 0;
      case UINT8 -> (long) x & 0xFF;
      case INT8 -> (byte) (long) x;
      case UINT16 -> (long) x & 0xFFFF;
      case INT16 -> (short) (long) x;
      case UINT32 -> (long) x & 0xFFFF_FFFFL;
      case INT32 -> (int) (long) x;
      case INT64 -> (long) x;
      case UINT64 -> x < 0 ? x + 0x1p64 : Math.floor(x);
    };
  }

  private static double brain(float x) {
    int bits = Float.floatToRawIntBits(x);
    if (Float.isNaN(x)) {
      return x;
    }
    int rounded = bits + 0x7FFF + (bits >>> 16 & 1);
    return Float.intBitsToFloat(rounded & 0xFFFF_0000);
  }
}
