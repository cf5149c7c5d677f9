package dev.fovea.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.kernel.Span;
import dev.fovea.machine.memory.Processor;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.simd.ByteWindows.Lines;
import dev.fovea.tensor.Rng;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Machine code computes windows of bytes to the bit, and writes nothing beside its results. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class MachineWindowsTest {
  private static final int BEFORE = 5;
  private static final int ROWS = 3;
  private static final byte UNTOUCHED = 99;
  private static final Rounding ALL = new Rounding(20, 0, 255);
  private static final Rounding SOME = new Rounding(100, 100, 180);

  private final MachineWindows windows = new MachineWindows();
  private final Rng rng = new Rng(1);

  @BeforeAll
  static void needsVnni() {
    Assumptions.assumeTrue(Processor.ofMachine().vnni(), "this processor has no VNNI");
  }

  /** The operands of three rows of results, whose first and last window reach over the image. */
  private final class Case {
    final Lines l;
    final byte[] x;
    final byte[] w;
    final byte[] packed;
    final float[] own;
    final Span multiplier;
    final Span bias;

    Case(Lines l) {
      this.l = l;
      int line = l.width() * l.channels();
      this.x = bytes(ROWS * line);
      this.w = bytes(9 * l.channels());
      this.packed = new byte[windows.packedSize(l.channels()) + BEFORE];
      Arrays.fill(packed, UNTOUCHED);
      windows.pack(l.channels(), w, 0, packed, BEFORE);
      this.own = new float[BEFORE + 3 * ROWS + windows.scratch(l)];
      for (int i = 0; i < 3 * ROWS; i++) {
        int row = i / 3 + i % 3 - 1;
        own[BEFORE + i] = Float.intBitsToFloat(row < 0 || row == ROWS ? -1 : row * line);
      }
      this.multiplier = numbers(l.channels(), 2e-3f);
      this.bias = numbers(l.channels(), 1000);
    }

    byte[] result() {
      byte[] y = new byte[2 * BEFORE + ROWS * l.columns() * l.channels()];
      Arrays.fill(y, UNTOUCHED);
      return y;
    }

    void compute(int table, int scratch, int wo, byte[] y, int at) {
      windows.compute(l, ROWS, x, own, table, scratch, packed, wo, multiplier, bias, y, at);
    }

    /** Compares with round((Σ (x − zero) · w + bias) · multiplier) by loops. */
    void agrees() {
      byte[] computed = result();
      compute(BEFORE, BEFORE + 3 * ROWS, BEFORE, computed, BEFORE);
      byte[] expected = result();
      int n = l.channels();
      for (int i = 0; i < ROWS * l.columns() * n; i++) {
        int row = i / n / l.columns();
        float biased = sum(row, i / n % l.columns(), i % n) + bias.array()[i % n];
        expected[BEFORE + i] = (byte) l.rounding().round(biased * multiplier.array()[i % n]);
      }
      assertThat(computed).as(l.toString()).isEqualTo(expected);
    }

    private int sum(int row, int column, int channel) {
      int sum = 0;
      for (int t = 0; t < 9; t++) {
        int h = row + t / 3 - 1;
        int v = column * l.stride() - l.padLeft() + t % 3;
        if (h >= 0 && h < ROWS && v >= 0 && v < l.width()) {
          int q = Byte.toUnsignedInt(x[(h * l.width() + v) * l.channels() + channel]);
          sum += (q - l.zero()) * w[t * l.channels() + channel];
        }
      }
      return sum;
    }
  }

  private byte[] bytes(int n) {
    byte[] all = new byte[n];
    for (int i = 0; i < n; i++) {
      int number = rng.nextInt(260);
      all[i] = number < 256 ? (byte) number : (byte) (number % 2 == 0 ? -1 : -128);
    }
    return all;
  }

  private Span numbers(int n, float size) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = rng.nextFloat(-size, size);
    }
    return Span.of(f);
  }

  private static Lines lines(int width, int channels, int stride, int left, int right) {
    int columns = (width + left + right - 3) / stride + 1;
    Rounding to = channels % 2 == 0 ? ALL : SOME;
    return new Lines(width, columns, channels, stride, left, channels, to);
  }

  @Test
  void windowsOfAllSizes() {
    for (int channels : new int[] {16, 17, 32, 47, 64, 112, 144, 201}) {
      for (int stride = 1; stride <= 2; stride++) {
        for (int sides = 0; sides < 4; sides++) {
          for (int width : new int[] {3, 4, 7}) {
            new Case(lines(width, channels, stride, sides / 2, sides % 2)).agrees();
          }
        }
      }
    }
  }

  @Test
  void narrowImages() {
    new Case(lines(1, 20, 1, 1, 1)).agrees();
    new Case(lines(1, 20, 2, 1, 1)).agrees();
    new Case(lines(2, 20, 1, 1, 0)).agrees();
    new Case(lines(2, 20, 2, 0, 1)).agrees();
  }

  /** What is no number becomes zero, and what is large is cut off, as the specification says. */
  @Test
  void numbersThatAreLargeOrNotFinite() {
    Case c = new Case(lines(5, 64, 1, 1, 1));
    c.multiplier.array()[4] = Float.NaN;
    c.multiplier.array()[5] = 1e30f;
    c.multiplier.array()[6] = -40_000;
    c.bias.array()[7] = Float.NEGATIVE_INFINITY;
    c.bias.array()[8] = 3e9f;
    c.agrees();
  }

  @Test
  void nothingIsTouchedThatIsNotThere() {
    Case c = new Case(lines(5, 20, 1, 1, 1));
    int scratch = BEFORE + 3 * ROWS;
    byte[] y = c.result();
    refused(() -> c.compute(c.own.length, scratch, BEFORE, y, 0));
    refused(() -> c.compute(BEFORE, scratch + 1, BEFORE, y, 0));
    refused(() -> c.compute(BEFORE, scratch, BEFORE + 1, y, 0));
    refused(() -> c.compute(BEFORE, scratch, BEFORE, y, 2 * BEFORE + 1));
    c.own[BEFORE + 4] = Float.intBitsToFloat(2 * 5 * 20 + 1);
    refused(() -> c.compute(BEFORE, scratch, BEFORE, y, 0));
    refused(() -> new Case(new Lines(5, 6, 20, 1, 1, 0, ALL)).agrees());
    refused(() -> new Case(new Lines(5, 2, 20, 3, 1, 0, ALL)).agrees());
  }

  private static void refused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
