package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Quantized.Rounding;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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

  /** Vectors of whole numbers. */
  static final VectorSpecies<Integer> I = F.withLanes(int.class);

  /** Vectors of bytes. */
  static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(WIDE ? 8 * L : 64));

  /** Adding 1.5 · 2²³ rounds a float of less than 2²² half to even and shows it in the low bits. */
  static final float ROUNDER = 12_582_912f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  /** Rows that are rounded column by column while their sums lie in an L1 cache. */
  private static final int ROWS = 32;

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
   * Stores rounded steps as bytes; what is not a number becomes zero.
   *
   * <p>As signed whole numbers, bits of floats above 0 are in the order of the floats, and those of
   * floats below 0 are below all of them: so steps are cut as whole numbers, which takes an
   * instruction a side.
   *
   * @param least the bits of the rounder plus the least byte less zero
   * @param greatest those of the rounder plus the greatest byte less zero
   */
  static void store(
      FloatVector steps, IntVector least, IntVector greatest, int zero, byte[] y, int at) {
    IntVector rounded = steps.add(ROUNDER).reinterpretAsInts().max(least).min(greatest);
    IntVector numbers = rounded.blend(ROUNDER_BITS, steps.test(VectorOperators.IS_NAN).cast(I));
    ((ByteVector) numbers.add(zero).convertShape(VectorOperators.I2B, B, 0)).intoArray(y, at);
  }

  /**
   * Writes n bytes less zero as floats; up to a vector of floats behind them is overwritten, which
   * must lie in the array.
   */
  static void widen(byte[] x, int from, int n, int zero, float[] f, int at) {
    int i = 0;
    if (WIDE) {
      float z = zero;
      int end = Math.min(n, x.length - L - from + 1);
      for (; i < end; i += L) {
        unsigned(x, from + i).sub(z).intoArray(f, at + i);
      }
    }
    for (; i < n; i++) {
      f[at + i] = Byte.toUnsignedInt(x[from + i]) - zero;
    }
  }

  /** Writes n signed bytes as floats. */
  static void widenSigned(byte[] w, int from, int n, float[] f, int at) {
    int i = 0;
    for (; WIDE && i <= n - L; i += L) {
      signed(w, from + i).intoArray(f, at + i);
    }
    for (; i < n; i++) {
      f[at + i] = w[from + i];
    }
  }

  /** Stores Σ x[xo + i] · w[i, :] over k rows of n bytes, whole vectors of them. */
  static void row(int k, int n, float[] x, int xo, byte[] w, int wo, float[] sums, int at) {
    for (int j = 0; j < n; j += L) {
      FloatVector even = FloatVector.zero(F);
      FloatVector odd = even;
      for (int i = 0; i + 1 < k; i += 2) {
        int from = wo + i * n + j;
        even = FloatVector.broadcast(F, x[xo + i]).fma(signed(w, from), even);
        odd = FloatVector.broadcast(F, x[xo + i + 1]).fma(signed(w, from + n), odd);
      }
      if (k % 2 == 1) {
        FloatVector last = FloatVector.broadcast(F, x[xo + k - 1]);
        even = last.fma(signed(w, wo + (k - 1) * n + j), even);
      }
      even.add(odd).intoArray(sums, at + j);
    }
  }

  /**
   * Stores (sum + bias) · multiplier, rounded, for m rows of n columns.
   *
   * @param step the distance between rows of sums
   * @param ys the distance between rows of results
   */
  static void round(
      int m,
      int n,
      float[] sums,
      int at,
      int step,
      float[] bias,
      int bo,
      float[] multiplier,
      int mo,
      Rounding to,
      byte[] y,
      int yo,
      int ys) {
    if (WIDE && n >= L) {
      for (int r = 0; r < m; r += ROWS) {
        int rows = Math.min(ROWS, m - r);
        roundRows(
            rows, n, sums, at + r * step, step, bias, bo, multiplier, mo, to, y, yo + r * ys, ys);
      }
      return;
    }
    for (int r = 0; r < m; r++) {
      for (int j = 0; j < n; j++) {
        float steps = (sums[at + r * step + j] + bias[bo + j]) * multiplier[mo + j];
        y[yo + r * ys + j] = (byte) to.round(steps);
      }
    }
  }

  private static void roundRows(
      int m,
      int n,
      float[] sums,
      int at,
      int step,
      float[] bias,
      int bo,
      float[] multiplier,
      int mo,
      Rounding to,
      byte[] y,
      int yo,
      int ys) {
    IntVector least = least(to);
    IntVector greatest = greatest(to);
    int zero = to.zero();
    for (int j = 0; j < n; j += L) {
      int c = Math.min(j, n - L);
      FloatVector b = FloatVector.fromArray(F, bias, bo + c);
      FloatVector k = FloatVector.fromArray(F, multiplier, mo + c);
      for (int r = 0; r < m; r++) {
        FloatVector steps = FloatVector.fromArray(F, sums, at + r * step + c).add(b).mul(k);
        store(steps, least, greatest, zero, y, yo + r * ys + c);
      }
    }
  }

  /** Returns what {@link #store} takes as the least byte, in all lanes. */
  static IntVector least(Rounding r) {
    return IntVector.broadcast(I, ROUNDER_BITS + r.least() - r.zero());
  }

  /** Returns what {@link #store} takes as the greatest byte, in all lanes. */
  static IntVector greatest(Rounding r) {
    return IntVector.broadcast(I, ROUNDER_BITS + r.greatest() - r.zero());
  }

  /** Stores (sum + bias) · multiplier for m rows of n columns. */
  static void scale(
      int m,
      int n,
      float[] sums,
      int at,
      int step,
      float[] bias,
      int bo,
      float[] multiplier,
      int mo,
      float[] y,
      int yo,
      int ys) {
    for (int r = 0; r < m; r++) {
      for (int j = 0; j < n; j++) {
        y[yo + r * ys + j] = (sums[at + r * step + j] + bias[bo + j]) * multiplier[mo + j];
      }
    }
  }

  /** Adds n floats that are whole numbers to whole numbers of 32 bits, whose raw bits lie in f. */
  static void accumulate(float[] sums, int at, int n, float[] f, int to) {
    int i = 0;
    for (; i <= n - L; i += L) {
      IntVector more =
          (IntVector)
              FloatVector.fromArray(F, sums, at + i).convertShape(VectorOperators.F2I, I, 0);
      FloatVector.fromArray(F, f, to + i)
          .reinterpretAsInts()
          .add(more)
          .reinterpretAsFloats()
          .intoArray(f, to + i);
    }
    for (; i < n; i++) {
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
