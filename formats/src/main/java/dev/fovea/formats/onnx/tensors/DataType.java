package dev.fovea.formats.onnx.tensors;

import dev.fovea.formats.FormatException;
import org.jspecify.annotations.Nullable;

/** The type of a tensor's elements; all are computed in double precision and rounded to type. */
public enum DataType {
  FLOAT(1, 32),
  UINT8(2, 8),
  INT8(3, 8),
  UINT16(4, 16),
  INT16(5, 16),
  INT32(6, 32),
  INT64(7, 64),
  BOOL(9, 8),
  FLOAT16(10, 16),
  DOUBLE(11, 64),
  UINT32(12, 32),
  UINT64(13, 64),
  BFLOAT16(16, 16),
  FLOAT8E4M3FN(17, 8),
  FLOAT8E4M3FNUZ(18, 8),
  FLOAT8E5M2(19, 8),
  FLOAT8E5M2FNUZ(20, 8),
  UINT4(21, 4),
  INT4(22, 4),
  FLOAT4E2M1(23, 4),
  /** Powers of two from 2⁻¹²⁷ to 2¹²⁷, scales of blocks. */
  FLOAT8E8M0(24, 8),
  UINT2(25, 2),
  INT2(26, 2);

  /** The exponent of the greatest and, negated, the least number of FLOAT8E8M0. */
  private static final int POWERS = 127;

  private final int code;
  private final int bits;

  DataType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** Returns the type of a number of the format's schema. */
  public static DataType of(int code) {
    for (DataType t : values()) {
      if (t.code == code) {
        return t;
      }
    }
    String what =
        switch (code) {
          case 8 -> "texts";
          case 14, 15 -> "complex numbers";
          default -> "element type " + code;
        };
    throw new FormatException(what + " are not supported, only numbers and truth values");
  }

  /** Returns the number that stands for the type in files. */
  public int code() {
    return code;
  }

  /** Returns how many bits an element takes in a file. */
  public int bits() {
    return bits;
  }

  /** Returns how many bytes so many elements take in a file, where they lie beside each other. */
  public long bytes(long count) {
    return Math.ceilDiv(count * bits, (long) Byte.SIZE);
  }

  /** Returns whether elements have a fraction. */
  public boolean isFloat() {
    return switch (this) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
      default -> isSmallFloat();
    };
  }

  /** Returns whether elements are floats of at most 8 bits. */
  public boolean isSmallFloat() {
    return small() != null || this == FLOAT8E8M0;
  }

  /** Returns whether elements are whole numbers that a byte holds. */
  public boolean isByte() {
    return bits <= Byte.SIZE && this != BOOL && !isSmallFloat();
  }

  private double most() {
    SmallFloat small = small();
    return small == null ? Double.POSITIVE_INFINITY : small.greatest();
  }

  private @Nullable SmallFloat small() {
    return switch (this) {
      case FLOAT8E4M3FN -> SmallFloat.E4M3FN;
      case FLOAT8E4M3FNUZ -> SmallFloat.E4M3FNUZ;
      case FLOAT8E5M2 -> SmallFloat.E5M2;
      case FLOAT8E5M2FNUZ -> SmallFloat.E5M2FNUZ;
      case FLOAT4E2M1 -> SmallFloat.E2M1;
      default -> null;
    };
  }

  /** Returns the lowest bits as a number with a sign. */
  private long signed(long x) {
    int above = Long.SIZE - bits;
    return (x << above) >> above;
  }

  /** Returns the least whole number of the type. */
  public double least() {
    return switch (this) {
      case INT2, INT4, INT8, INT16, INT32, INT64 -> -Math.scalb(1.0, bits - 1);
      case BOOL, UINT2, UINT4, UINT8, UINT16, UINT32, UINT64 -> 0;
      default -> -most();
    };
  }

  /** Returns the greatest whole number of the type. */
  public double greatest() {
    return switch (this) {
      case BOOL -> 1;
      case UINT2, UINT4, UINT8, UINT16, UINT32 -> Math.scalb(1.0, bits) - 1;
      case INT2, INT4, INT8, INT16, INT32 -> Math.scalb(1.0, bits - 1) - 1;
      case UINT64 -> 0x1p64;
      case INT64 -> Long.MAX_VALUE;
      default -> most();
    };
  }

  /** Returns a result of arithmetic as the type holds it: rounded, truncated or wrapped. */
  public double hold(double x) {
    return switch (this) {
      case FLOAT -> (float) x;
      case DOUBLE -> x;
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) x));
      case BFLOAT16 -> brain((float) x);
      case BOOL -> x != 0 ? 1 : 0;
      case INT64 -> (long) x;
      case UINT64 -> x < 0 ? x + 0x1p64 : Math.floor(x);
      case UINT2, UINT4, UINT8, UINT16, UINT32 -> (long) x & ((1L << bits) - 1);
      case INT2, INT4, INT8, INT16, INT32 -> signed((long) x);
      // What is infinite already stays so.
      default -> held(x, !Double.isInfinite(x), "up");
    };
  }

  /**
   * Returns a number as a float of at most 8 bits.
   *
   * @param saturate whether numbers beyond the greatest become it
   * @param rounding how FLOAT8E8M0 rounds to powers of two: up, down or nearest
   */
  public double held(double x, boolean saturate, String rounding) {
    SmallFloat small = small();
    return small != null ? small.round(x, saturate) : power(x, saturate, rounding);
  }

  private static double power(double x, boolean saturate, String rounding) {
    if (Double.isNaN(x) || (!saturate && !(x > 0 && x <= Math.scalb(1.0, POWERS)))) {
      return Double.NaN;
    }
    int exponent = Math.clamp(x <= 0 ? -POWERS : Math.getExponent(x), -POWERS, POWERS);
    double below = Math.scalb(1.0, exponent);
    boolean up =
        switch (rounding) {
          case "up" -> x > below;
          case "nearest" -> x >= 1.5 * below;
          case "down" -> false;
          default -> throw new FormatException("round_mode " + rounding + " is not known");
        };
    return up && exponent < POWERS ? 2 * below : below;
  }

  /** Returns the number that an element's bits stand for. */
  public double value(long element) {
    int low = (int) element;
    SmallFloat small = small();
    return switch (this) {
      case FLOAT -> Float.intBitsToFloat(low);
      case DOUBLE -> Double.longBitsToDouble(element);
      case FLOAT16 -> Float.float16ToFloat((short) low);
      case BFLOAT16 -> Float.intBitsToFloat(low << 16);
      case UINT64 -> element >= 0 ? element : (element >>> 1) * 2.0 + (element & 1);
      case FLOAT8E8M0 -> low == 0xFF ? Double.NaN : Math.scalb(1.0, low - POWERS);
      default -> small != null ? small.value(low) : whole(element);
    };
  }

  private double whole(long element) {
    return switch (this) {
      case BOOL -> element != 0 ? 1 : 0;
      case INT2, INT4, INT8, INT16, INT32, INT64 -> signed(element);
      default -> element;
    };
  }

  /** Returns the bits of an element of at least 8 bits that stand for a number it holds. */
  public long element(double x) {
    return switch (this) {
      case FLOAT -> Float.floatToRawIntBits((float) x);
      case DOUBLE -> Double.doubleToRawLongBits(x);
      case FLOAT16 -> Float.floatToFloat16((float) x);
      case BFLOAT16 -> Float.floatToRawIntBits((float) x) >>> 16;
      case UINT64 -> x < 0x1p63 ? (long) x : (long) (x - 0x1p63) ^ Long.MIN_VALUE;
      case BOOL, UINT8, INT8, UINT16, INT16, UINT32, INT32, INT64 -> (long) x;
      default -> throw new FormatException("the bits of " + this + " cannot be taken");
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
