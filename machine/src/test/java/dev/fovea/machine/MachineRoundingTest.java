package dev.fovea.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.machine.memory.Processor;
import dev.fovea.simd.Bfloat16;
import dev.fovea.tensor.Rng;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Machine code makes the pairs that plain loops make, and touches nothing else. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class MachineRoundingTest {
  private static final int GAP = 3;

  private final MachineRounding rounding = new MachineRounding();

  @BeforeEach
  void thisProcessorHasIt() {
    assumeTrue(Processor.ofMachine().bfloat16(), "no AVX512_BF16 here: rounding is not tested");
  }

  /** Returns floats of all kinds: any bits, bits half way between two results, and few bits. */
  private static float[] numbers(int n) {
    Rng rng = new Rng(n);
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      int bits = (int) rng.nextLong();
      f[i] =
          Float.intBitsToFloat(
              switch (i % 3) {
                case 0 -> bits;
                case 1 -> (bits & 0xFFFF_0000) | 0x8000;
                default -> bits & 0x807F_FFFF;
              });
    }
    return f;
  }

  private static int[] bits(float[] f) {
    int[] bits = new int[f.length];
    for (int i = 0; i < f.length; i++) {
      bits[i] = Float.floatToRawIntBits(f[i]);
    }
    return bits;
  }

  @Test
  void pairsAreThoseOfPlainLoops() {
    for (int rows = 1; rows <= 5; rows++) {
      for (int n : new int[] {1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 97}) {
        int xs = n + 1;
        int ys = n + 2;
        float[] x = numbers(rows * xs + GAP);
        float[] expected = new float[rows * ys + 2 * GAP];
        float[] computed = expected.clone();
        Bfloat16.neighbours(rows, n, x, GAP, xs, expected, GAP, ys);
        rounding.neighbours(rows, n, x, GAP, xs, computed, GAP, ys);
        assertThat(bits(computed)).isEqualTo(bits(expected));
        Bfloat16.lines(rows, n, x, GAP, xs, expected, GAP, ys);
        rounding.lines(rows, n, x, GAP, xs, computed, GAP, ys);
        assertThat(bits(computed)).isEqualTo(bits(expected));
      }
    }
  }

  @Test
  void nothingIsTouchedThatIsNotThere() {
    float[] x = new float[64];
    float[] y = new float[32];
    refused(() -> rounding.neighbours(1, 64, x, 1, 0, y, 0, 0));
    refused(() -> rounding.neighbours(2, 32, x, 0, 33, y, 0, 16));
    refused(() -> rounding.neighbours(2, 32, x, 0, 32, y, 0, 17));
    refused(() -> rounding.neighbours(1, 64, x, -1, 0, y, 0, 0));
    refused(() -> rounding.lines(2, 32, x, 1, 32, y, 0, 32));
    refused(() -> rounding.lines(2, 32, x, 0, 33, y, 0, 32));
    refused(() -> rounding.lines(2, 32, x, 0, 32, y, 1, 32));
    refused(() -> rounding.lines(2, 32, x, 32, -32, y, 0, 32));
  }

  private static void refused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
