package dev.fovea.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.memory.Processor;
import dev.fovea.simd.RowFormula;
import dev.fovea.simd.RowLoops.Extent;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class MachineRowLoopsTest {
  private static final float[] EDGES = {
    0, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -1, 1
  };

  @BeforeEach
  void needsAvx512() {
    Assumptions.assumeTrue(Processor.ofMachine().avx512(), "this processor has no AVX-512");
  }

  private static float[] numbers(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] =
          random.nextInt(4) == 0
              ? EDGES[random.nextInt(EDGES.length)]
              : (float) random.nextGaussian();
    }
    return x;
  }

  @ParameterizedTest
  @EnumSource(RowFormula.class)
  void formulasGiveTheBitsOfPlainLoops(RowFormula f) {
    Random random = new Random(7);
    for (Width width : new Width[] {Width.BITS_256, Width.BITS_512}) {
      for (int vectors : new int[] {1, 3, 8}) {
        for (int count : new int[] {1, 2, 5, 300}) {
          agree(f, width, vectors * width.floats(), count, random);
        }
      }
    }
  }

  /** Rows of each time lie side by side with some numbers between them, in random order. */
  private static void agree(RowFormula f, Width width, int n, int count, Random random) {
    int gap = 5;
    int line = n + gap;
    float[] x = numbers(random, f.inputs() * count * line);
    float[] other = numbers(random, count * line);
    float[] y = numbers(random, f.outputs() * count * line);
    float[] expected = y.clone();
    int[] places = new int[f.inputs() + f.outputs()];
    for (int i = 0; i < places.length; i++) {
      boolean in = i < f.inputs();
      places[i] = (in ? f.inputs() - 1 - i : i - f.inputs()) * count * line + 2;
    }
    for (int r = 0; r < count; r++) {
      for (int c = 0; c < n; c++) {
        float[] in = new float[f.inputs() + (f == RowFormula.PRODUCT ? 1 : 0)];
        for (int i = 0; i < f.inputs(); i++) {
          in[i] = x[places[i] + r * line + c];
        }
        if (f == RowFormula.PRODUCT) {
          in[1] = other[3 + r * line + c];
        }
        float[] out = PlainRows.apply(f, in);
        for (int i = 0; i < f.outputs(); i++) {
          expected[places[f.inputs() + i] + r * line + c] = out[i];
        }
      }
    }
    MachineRowLoops loops = new MachineRowLoops(width);
    assertThat(loops.takes(f, n)).isTrue();
    loops.apply(f, new Extent(n, count, line, line, line), places, x, other, 3, y);
    assertThat(y).isEqualTo(expected);
  }

  @Test
  void rowsOutsideOfTheirArraysAreRefused() {
    MachineRowLoops loops = new MachineRowLoops(Width.BITS_512);
    float[] x = new float[100];
    float[] y = new float[64];
    int[][] wrong = {{-1, 0}, {100 - 31, 0}, {0, -1}, {0, 33}};
    for (int[] places : wrong) {
      assertThatThrownBy(() -> loops.apply(RowFormula.COPY, Extent.of(32), places, x, x, 0, y))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() ->
            loops.apply(
                RowFormula.COPY, new Extent(32, 3, 32, 0, 32), new int[] {0, 0}, x, x, 0, y))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> loops.apply(RowFormula.PRODUCT, Extent.of(32), new int[] {0, 0}, x, x, 69, y))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(loops.takes(RowFormula.COPY, 33)).isFalse();
  }
}
