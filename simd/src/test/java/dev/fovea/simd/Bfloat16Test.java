package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What pairs of bfloat16 are; the numbers follow from 8 bits of precision, and 2⁻¹²⁶ as least. */
final class Bfloat16Test {
  private static float rounded(float x) {
    return Bfloat16.first(Bfloat16.pair(x, 0));
  }

  @Test
  void numbersAreRoundedHalfToEven() {
    assertThat(rounded(1 + 1 / 256f)).isEqualTo(1);
    assertThat(rounded(1 + 3 / 256f)).isEqualTo(1 + 4 / 256f);
    assertThat(rounded(1 + 1.001f / 256)).isEqualTo(1 + 2 / 256f);
    assertThat(rounded(-255.5f)).isEqualTo(-256);
    assertThat(rounded(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @Test
  void whatIsNoNumberStaysSo() {
    assertThat(rounded(Float.NaN)).isNaN();
    assertThat(rounded(Float.intBitsToFloat(0x7F80_0001))).isNaN();
    assertThat(rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void smallerNumbersAreZeros() {
    assertThat(rounded(Float.MIN_NORMAL)).isEqualTo(Float.MIN_NORMAL);
    assertThat(rounded(-0.75f * Float.MIN_NORMAL)).isEqualTo(-0f);
    float tiny = Bfloat16.pair(Float.MIN_NORMAL, 0);
    assertThat(Bfloat16.addProducts(tiny, Bfloat16.pair(0.5f, 0), 0)).isEqualTo(0);
    assertThat(Bfloat16.addProducts(tiny, tiny, Float.MIN_VALUE)).isEqualTo(0);
  }

  @Test
  void bothAreKept() {
    float pair = Bfloat16.pair(3, -5);
    assertThat(Bfloat16.first(pair)).isEqualTo(3);
    assertThat(Bfloat16.second(pair)).isEqualTo(-5);
    assertThat(Bfloat16.addProducts(pair, Bfloat16.pair(7, 11), 100)).isEqualTo(100 + 21 - 55);
  }

  /** 2²⁴ + 1 is no float: the 1 is lost unless −2²⁴ was added before. */
  @Test
  void theSecondProductIsAddedFirst() {
    float large = 1 << 12;
    float w = Bfloat16.pair(1, -large);
    assertThat(Bfloat16.addProducts(Bfloat16.pair(1, large), w, 1 << 24)).isEqualTo(1);
    float turned = Bfloat16.pair(-large, 1);
    assertThat(Bfloat16.addProducts(Bfloat16.pair(large, 1), turned, 1 << 24)).isEqualTo(0);
  }

  @Test
  void theLastOfAnOddNumberIsPairedWithZero() {
    float[] x = {1, 2, 3};
    float[] y = new float[2];
    Bfloat16.neighbours(1, 3, x, 0, 0, y, 0, 0);
    assertThat(y).containsExactly(Bfloat16.pair(1, 2), Bfloat16.pair(3, 0));
    Bfloat16.lines(3, 1, x, 0, 1, y, 0, 1);
    assertThat(y).containsExactly(Bfloat16.pair(1, 2), Bfloat16.pair(3, 0));
  }
}
