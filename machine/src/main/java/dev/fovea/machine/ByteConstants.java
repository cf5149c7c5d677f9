package dev.fovea.machine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What code on bytes finds in a line of constants. */
final class ByteConstants {
  /** Steps that whole numbers of 32 bits hold, with what is added to them. */
  private static final float MOST_STEPS = 1 << 30;

  private static final VarHandle INTEGERS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private ByteConstants() {}

  /** Writes what sums begin with: −zero · Σ w, of n sums of weights in packed bytes. */
  static void begin(int n, int zero, byte[] packed, int from, float[] own, int to) {
    for (int i = 0; i < n; i++) {
      int sum = (int) INTEGERS.get(packed, from + i * Integer.BYTES);
      own[to + i] = Float.intBitsToFloat(-zero * sum);
    }
  }

  /** Returns whether 32 bits hold (sum + bias) · multiplier for all sums; NaN fits nothing. */
  static boolean fit(int n, float mostSum, float[] own, int bias, int multiplier) {
    float most = 0;
    for (int i = 0; i < n; i++) {
      float steps = (Math.abs(own[bias + i]) + mostSum) * Math.abs(own[multiplier + i]);
      most = Math.max(most, steps);
    }
    return most <= MOST_STEPS;
  }

  /** Fills n elements with the same bits. */
  static void fill(float[] own, int from, int n, int bits) {
    Arrays.fill(own, from, from + n, Float.intBitsToFloat(bits));
  }

  /** Returns a byte four times. */
  static int bytes(int number) {
    return number * 0x0101_0101;
  }

  /** Returns a number of 16 bits twice. */
  static int words(int number) {
    return number * 0x0001_0001;
  }
}
