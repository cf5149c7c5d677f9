package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.op.Quantized.Rounding;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers of steps become the bytes that {@link Rounding} says, however large they are. */
final class ByteLoopsTest {
  private static final float[] STEPS = steps();

  /** Halves, what lies beside powers of two, and what is no finite number, of both signs. */
  private static float[] steps() {
    float[] steps = new float[2 * (600 + 3 * 256 + 3)];
    int n = 0;
    for (int i = 0; i < 600; i++) {
      steps[n++] = i / 2f;
    }
    for (int i = Float.MIN_EXPONENT; i <= Float.MAX_EXPONENT; i++) {
      float power = Math.scalb(1f, i);
      steps[n++] = Math.nextDown(power);
      steps[n++] = 1.5f * power;
      steps[n++] = Math.nextUp(power);
    }
    steps[n++] = Float.MAX_VALUE;
    steps[n++] = Float.POSITIVE_INFINITY;
    steps[n++] = Float.NaN;
    for (int i = 0; i < n; i++) {
      steps[n + i] = -steps[i];
    }
    steps[2 * n] = Float.intBitsToFloat(0xFFC0_0000); // −NaN
    return Arrays.copyOf(steps, 2 * n + 1);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 255", "128, 0, 255", "255, 0, 255", "7, 3, 90", "0, 0, 0", "200, 10, 20"})
  void everyNumberIsRounded(int zero, int least, int greatest) {
    Rounding to = new Rounding(zero, least, greatest);
    int n = STEPS.length;
    byte[] expected = new byte[2 * n];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) to.round(STEPS[i % n]);
    }
    float[] sums = Arrays.copyOf(STEPS, 2 * n);
    System.arraycopy(STEPS, 0, sums, n, n);
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    byte[] rounded = new byte[2 * n];
    ByteLoops.round(2, n, sums, 0, n, new float[n], 0, ones, 0, to, rounded, 0, n);
    assertThat(rounded).isEqualTo(expected);
  }
}
