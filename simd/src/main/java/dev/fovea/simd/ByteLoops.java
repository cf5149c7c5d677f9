package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Quantized.Rounding;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops from bytes to floats and back, as many lanes at a time as a vector of floats has.
 *
 * <p>No vector of bytes is as narrow as four floats: there the loops are plain.
 */
final class ByteLoops {
  /** Vectors of floats. */
  static final VectorSpecies<Float> F = Species.FLOATS;

  /** Lanes of a vector. */
  static final int L = F.length();

  /** Whether there are vectors of so many bytes. */
  static final boolean WIDE = L >= 8;

  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(WIDE ? 8 * L : 64));

  /** Adding 1.5 · 2²³ rounds a float of less than 2²² half to even and shows it in the low bits. */
  static final float ROUNDER = 12_582_912f;

  private ByteLoops() {}

  /** Returns unsigned bytes as floats. */
  static FloatVector unsigned(byte[] x, int at) {
    return (FloatVector)
        ByteVector.fromArray(B, x, at)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0)
            .convertShape(VectorOperators.I2F, F, 0);
  }

  /** Returns signed bytes as floats. */
  static FloatVector signed(byte[] x, int at) {
    return (FloatVector)
        ByteVector.fromArray(B, x, at)
            .convertShape(VectorOperators.B2I, I, 0)
            .convertShape(VectorOperators.I2F, F, 0);
  }

  /**
   * Stores rounded steps as bytes.
   *
   * @param least the least of them less zero
   * @param greatest the greatest of them less zero
   */
  static void store(FloatVector steps, float least, float greatest, int zero, byte[] y, int at) {
    ((ByteVector)
            steps
                .max(least)
                .min(greatest)
                .add(ROUNDER)
                .reinterpretAsInts()
                .add(zero)
                .convertShape(VectorOperators.I2B, B, 0))
        .intoArray(y, at);
  }

  /**
   * Writes n bytes less zero as floats; up to a vector of floats behind them is overwritten, which
   * must lie in the array.
   */
  static void widen(byte[] x, int from, int n, int zero, float[] f, int at) {
    int i = 0;
    if (WIDE) {
      float z = zero;
      for (int end = x.length - L; i < n && from + i <= end; i += L) {
        unsigned(x, from + i).sub(z).intoArray(f, at + i);
      }
    }
    for (; i < n; i++) {
      f[at + i] = Byte.toUnsignedInt(x[from + i]) - zero;
    }
  }

  /** Writes n signed bytes, whole vectors of them, as floats. */
  static void widenSigned(byte[] w, int from, int n, float[] f, int at) {
    if (WIDE) {
      for (int i = 0; i < n; i += L) {
        signed(w, from + i).intoArray(f, at + i);
      }
    } else {
      for (int i = 0; i < n; i++) {
        f[at + i] = w[from + i];
      }
    }
  }

  /** Stores (sum + bias) · multiplier, rounded, for n columns. */
  static void round(
      float[] sums,
      int at,
      int n,
      float[] bias,
      int bo,
      float[] multiplier,
      int mo,
      Rounding to,
      byte[] y,
      int yo) {
    int j = 0;
    if (WIDE && n >= L) {
      float least = to.least() - to.zero();
      float greatest = to.greatest() - to.zero();
      for (; j < n; j += L) {
        int c = Math.min(j, n - L);
        FloatVector s = FloatVector.fromArray(F, sums, at + c);
        FloatVector steps =
            s.add(FloatVector.fromArray(F, bias, bo + c))
                .mul(FloatVector.fromArray(F, multiplier, mo + c));
        store(steps, least, greatest, to.zero(), y, yo + c);
      }
      return;
    }
    for (; j < n; j++) {
      y[yo + j] = (byte) to.round((sums[at + j] + bias[bo + j]) * multiplier[mo + j]);
    }
  }

  /** Stores (sum + bias) · multiplier for n columns. */
  static void scale(
      float[] sums,
      int at,
      int n,
      float[] bias,
      int bo,
      float[] multiplier,
      int mo,
      float[] y,
      int yo) {
    for (int j = 0; j < n; j++) {
      y[yo + j] = (sums[at + j] + bias[bo + j]) * multiplier[mo + j];
    }
  }

  /** Adds n floats that are whole numbers to whole numbers of 32 bits, whose raw bits lie in f. */
  static void accumulate(float[] sums, int at, int n, float[] f, int to) {
    for (int i = 0; i < n; i++) {
      int sum = Float.floatToRawIntBits(f[to + i]) + (int) sums[at + i];
      f[to + i] = Float.intBitsToFloat(sum);
    }
  }

  /** Turns n whole numbers of 32 bits, whose raw bits lie in f, into floats. */
  static void toFloats(float[] f, int at, int n) {
    for (int i = at; i < at + n; i++) {
      f[i] = Float.floatToRawIntBits(f[i]);
    }
  }

  /** Returns elements of a span as an unsigned number. */
  static int unsigned(Span s, int i) {
    return Byte.toUnsignedInt(s.bytes()[s.offset() + i]);
  }

  /** Sets n floats to 0. */
  static void zero(float[] f, int at, int n) {
    Arrays.fill(f, at, at + n, 0);
  }
}
