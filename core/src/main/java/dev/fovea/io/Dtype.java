package dev.fovea.io;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A number type of weight files; all are converted to floats when they are read.
 *
 * <p>Names are those of safetensors. Of the 8-bit types, {@code F8_E4M3} and {@code F8_E5M2} are
 * those of the OCP (Micikevicius et al., 2022), those with {@code FNUZ} have neither negative zero
 * nor infinity, and {@code F8_E8M0} is a power of 2.
 */
public enum Dtype {
  /** IEEE floats of 32 bits. */
  F32(4, false),
  /** IEEE floats of 16 bits. */
  F16(2, false),
  /** The upper half of 32-bit floats. */
  BF16(2, false),
  /** IEEE floats of 64 bits, rounded to the nearest of 32. */
  F64(8, false),
  /** 4 bits of exponent (bias 7), 3 of mantissa, no infinity. */
  F8_E4M3(1, false),
  /** 5 bits of exponent (bias 15), 2 of mantissa. */
  F8_E5M2(1, false),
  /** 4 bits of exponent (bias 8), 3 of mantissa, no infinity and no negative zero. */
  F8_E4M3FNUZ(1, false),
  /** 5 bits of exponent (bias 16), 2 of mantissa, no infinity and no negative zero. */
  F8_E5M2FNUZ(1, false),
  /** 8 bits of exponent (bias 127), no sign. */
  F8_E8M0(1, false),
  /** Signed whole numbers of 64 bits. */
  I64(8, true),
  /** Whole numbers of 64 bits without sign. */
  U64(8, true),
  /** Signed whole numbers of 32 bits. */
  I32(4, true),
  /** Whole numbers of 32 bits without sign. */
  U32(4, true),
  /** Signed whole numbers of 16 bits. */
  I16(2, true),
  /** Whole numbers of 16 bits without sign. */
  U16(2, true),
  /** Signed whole numbers of 8 bits. */
  I8(1, true),
  /** Whole numbers of 8 bits without sign. */
  U8(1, true),
  /** Truth values, read as 0 and 1. */
  BOOL(1, true);

  private final int bytes;
  private final boolean whole;

  Dtype(int bytes, boolean whole) {
    this.bytes = bytes;
    this.whole = whole;
  }

  /** Returns how many bytes a number takes. */
  public int bytes() {
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
    for (int i = 0; i < n; i++) {
      double exact = get(in, i * bytes);
      to[from + i] = (float) exact;
      if (!fits(exact)) {
        return from + i;
      }
    }
    return -1;
  }

  /** Returns whether a float can represent a number of this type; integers must be exact. */
  public boolean fits(double number) {
    float near = (float) number;
    return whole ? near == number : !Double.isFinite(number) || Float.isFinite(near);
  }

  /**
   * Returns the number at an offset of a buffer, in the buffer's byte order; NaN for an integer
   * that a double cannot represent.
   */
  public double get(ByteBuffer in, int at) {
    return switch (this) {
      case F32 -> in.getFloat(at);
      case F16 -> Float.float16ToFloat(in.getShort(at));
      case BF16 -> Float.intBitsToFloat(in.getShort(at) << 16);
      case F64 -> in.getDouble(at);
      case F8_E4M3 -> (in.get(at) & 0x7f) == 0x7f ? Double.NaN : tiny(in.get(at), 3, 7);
      case F8_E5M2 -> Float.float16ToFloat((short) (in.get(at) << Byte.SIZE));
      case F8_E4M3FNUZ -> in.get(at) == Byte.MIN_VALUE ? Double.NaN : tiny(in.get(at), 3, 8);
      case F8_E5M2FNUZ -> in.get(at) == Byte.MIN_VALUE ? Double.NaN : tiny(in.get(at), 2, 16);
      case F8_E8M0 -> in.get(at) == -1 ? Double.NaN : Math.scalb(1.0, (in.get(at) & 0xff) - 127);
      case I64 -> exact(in.getLong(at));
      case U64 -> in.getLong(at) < 0 ? Double.NaN : exact(in.getLong(at));
      case I32 -> in.getInt(at);
      case U32 -> Integer.toUnsignedLong(in.getInt(at));
      case I16 -> in.getShort(at);
      case U16 -> Short.toUnsignedInt(in.getShort(at));
      case I8 -> in.get(at);
      case U8 -> Byte.toUnsignedInt(in.get(at));
      case BOOL -> in.get(at) == 0 ? 0 : 1;
    };
  }

  /** Returns a number of 8 bits: ±2^(exponent − bias) · 1.mantissa, or subnormal. */
  private static double tiny(int code, int mantissaBits, int bias) {
    int exponent = (code & 0x7f) >> mantissaBits;
    int mantissa = code & ((1 << mantissaBits) - 1);
    int hidden = exponent == 0 ? 0 : 1 << mantissaBits;
    double size =
        Math.scalb((double) (mantissa + hidden), Math.max(exponent, 1) - bias - mantissaBits);
    return code < 0 ? -size : size;
  }

  /** Returns the number, or NaN (which equals nothing) where a double would round it. */
  private static double exact(long value) {
    return (long) (double) value == value && value != Long.MAX_VALUE ? (double) value : Double.NaN;
  }
}
