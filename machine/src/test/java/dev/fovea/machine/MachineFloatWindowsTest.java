package dev.fovea.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.memory.Processor;
import dev.fovea.simd.Bounds;
import dev.fovea.simd.FloatWindows;
import dev.fovea.simd.FloatWindows.Lines;
import dev.fovea.simd.Micros;
import dev.fovea.tensor.Rng;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Machine code computes windows of floats to the bit, and writes nothing beside its results. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class MachineFloatWindowsTest {
  private static final int BEFORE = 5;
  private static final int TABLE = 3;
  private static final int WEIGHTS = TABLE + FloatWindows.MOST_ROWS + 2;

  private static final Processor PROCESSOR = Processor.ofMachine();

  private final Rng rng = new Rng(1);

  /** Windows of one width, with 32 registers or 16. */
  private record Form(Width width, boolean avx512) {
    FloatWindows windows() {
      return new MachineFloatWindows(Micros.VECTORS.windows(), width, avx512);
    }
  }

  /** Returns the forms that this machine's processor can run. */
  private static List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    if (PROCESSOR.avx512()) {
      forms.add(new Form(Width.BITS_512, true));
      forms.add(new Form(Width.BITS_256, true));
    }
    forms.add(new Form(Width.BITS_256, false));
    return forms;
  }

  @BeforeAll
  static void needsAvx2() {
    Assumptions.assumeTrue(PROCESSOR.avx2(), "this processor has no AVX2");
  }

  private float[] numbers(int n) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      int kind = rng.nextInt(200);
      f[i] = kind == 0 ? Float.NaN : kind == 1 ? -0f : rng.nextFloat(-1, 1);
    }
    return f;
  }

  private static int width(Lines l) {
    return l.columns() * l.stride() + 2;
  }

  /** Compares for all rows that may lie outside of the image, whose first numbers are zeros. */
  private void agrees(Lines l, Form form) {
    int line = width(l) * l.step();
    float[] x = numbers(l.channels() + l.rows() * line);
    Arrays.fill(x, 0, l.channels(), 0);
    for (int inside = 0; inside < 1 << l.rows(); inside++) {
      float[] own = numbers(WEIGHTS + 10 * l.pitch());
      for (int k = 0; k < l.rows(); k++) {
        int place = (inside >> k & 1) == 1 ? l.channels() + k * line + l.step() : -1;
        own[TABLE + k] = Float.intBitsToFloat(place);
      }
      float[] before = numbers(2 * (l.columns() * l.step() + BEFORE) + BEFORE);
      float[] computed = computed(form.windows(), l, x, own, before);
      assertThat(computed)
          .as(form + ", " + l + ", rows " + inside)
          .isEqualTo(plain(l, x, own, before));
    }
  }

  private static float[] computed(
      FloatWindows windows, Lines l, float[] x, float[] own, float[] before) {
    float[] y = before.clone();
    int second = 2 * BEFORE + l.columns() * l.step();
    windows.loops(l).compute(x, own, TABLE, WEIGHTS, y, BEFORE, y, second);
    return y;
  }

  private static float[] plain(Lines l, float[] x, float[] own, float[] before) {
    float[] y = before.clone();
    PlainWindows.row(l, x, own, TABLE, WEIGHTS, y, BEFORE);
    if (l.stride() == 1) {
      int second = 2 * BEFORE + l.columns() * l.step();
      PlainWindows.row(l, x, own, TABLE + 1, WEIGHTS, y, second);
    }
    return y;
  }

  @Test
  void allSidesAndNumbersOfColumns() {
    Bounds clipped = new Bounds(0, 0.5f);
    for (Form form : forms()) {
      for (int columns : new int[] {1, 2, 6, 7, 8, 13, 14, 15, 22}) {
        for (int i = 0; i < 8; i++) {
          Bounds in = i % 3 == 0 ? Bounds.NONE : i % 3 == 1 ? Bounds.RELU : clipped;
          int n = form.width().floats() * (1 + columns % 2) + i % 4;
          agrees(new Lines(n, i % 2 + 1, i / 2 % 2 == 1, columns, i / 4 == 1, n, in), form);
        }
      }
    }
  }

  @Test
  void windowsThatAreDilated() {
    forms().forEach(f -> agrees(new Lines(19, 1, true, 9, true, 57, Bounds.RELU), f));
  }

  @Test
  void vectorsGiveTheSameBits() {
    for (int stride = 1; stride <= 2; stride++) {
      Lines l = new Lines(19, stride, true, 9, false, 19, new Bounds(0, 0.25f));
      float[] x = numbers(l.rows() * width(l) * 19);
      float[] own = numbers(WEIGHTS + 10 * l.pitch());
      for (int k = 0; k < l.rows(); k++) {
        own[TABLE + k] = Float.intBitsToFloat((k * width(l) + 1) * 19);
      }
      float[] before = numbers(2 * (9 * 19 + BEFORE) + BEFORE);
      assertThat(computed(Micros.VECTORS.windows(), l, x, own, before))
          .isEqualTo(plain(l, x, own, before));
    }
  }

  /** More channels than one call computes. */
  @Test
  void longLines() {
    agrees(new Lines(4115, 2, true, 64, false, 4115, Bounds.NONE), forms().getFirst());
  }

  @Test
  void nothingIsTouchedThatIsNotThere() {
    Lines l = new Lines(16, 1, true, 3, true, 16, Bounds.NONE);
    refused(l, 5 * 16, 15, WEIGHTS, 0);
    refused(l, 5 * 16, 17, WEIGHTS, 0);
    refused(l, 5 * 16 - 1, 16, WEIGHTS, 0);
    refused(l, 5 * 16, 16, WEIGHTS + 1, 0);
    refused(l, 5 * 16, 16, WEIGHTS, 1);
    refused(l, 5 * 16, 16, WEIGHTS, -1);
    int few = forms().getFirst().width().floats() - 1;
    refused(new Lines(few, 1, true, 3, true, 16, Bounds.NONE), 5 * 16, 16, WEIGHTS, 0);
  }

  private static void refused(Lines l, int size, int place, int wo, int yo) {
    float[] own = new float[WEIGHTS + 9 * l.pitch() + 16];
    for (int k = 0; k < 4; k++) {
      own[TABLE + k] = Float.intBitsToFloat(place);
    }
    FloatWindows windows = forms().getFirst().windows();
    float[] y = new float[3 * 16];
    float[] z = new float[3 * 16];
    assertThatThrownBy(() -> windows.loops(l).compute(new float[size], own, TABLE, wo, y, yo, z, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
