package dev.fovea.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.kernel.ByteProducts.Block;
import dev.fovea.engine.kernel.Span;
import dev.fovea.machine.kernel.ByteInstructions;
import dev.fovea.machine.memory.Processor;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.tensor.Rng;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Machine code computes products of bytes to the bit, and writes nothing beside its results. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class MachineProductsTest {
  private static final int BEFORE = 5;
  private static final byte UNTOUCHED = 99;

  private final Rng rng = new Rng(1);

  /** By all instructions that the processor has. */
  static Stream<MachineProducts> all() {
    Processor here = Processor.ofMachine();
    Assumptions.assumeTrue(here.avx2(), "this processor has no AVX2");
    return Stream.of(ByteInstructions.values())
        .filter(by ->
            switch (by) {
              case VNNI -> here.vnni();
              case WORDS_512 -> here.avx512();
              case WORDS_256 -> here.avx2();
            })
        .map(MachineProducts::new);
  }

  /** The operands of a block, which {@code spare} bytes of x follow. */
  private final class Case {
    final MachineProducts products;
    final Block b;
    final byte[] x;
    final byte[] w;
    final byte[] packed;
    final float[] own;
    final Span multiplier;
    final Span bias;

    Case(
        MachineProducts products,
        int m,
        int taps,
        int inner,
        int columns,
        Optional<Rounding> rounding,
        int spare) {
      this.products = products;
      int column = 2;
      this.b = new Block(m, taps, inner, column, columns, 131, rounding, columns + 3);
      this.x = bytes(m * taps * inner + spare);
      this.w = bytes(taps * inner * (columns + 1));
      this.packed = new byte[products.packedSize(taps, inner, columns) + BEFORE];
      products.pack(taps, inner, columns, w, 0, columns + 1, packed, BEFORE);
      this.own = new float[BEFORE + taps * m + products.scratch(b)];
      for (int i = 0; i < taps * m; i++) {
        own[BEFORE + i] = Float.intBitsToFloat(i % 7 == 3 ? -1 : i * inner);
      }
      this.multiplier = numbers(column + columns, 1e-3f);
      this.bias = numbers(column + columns, 1000);
    }

    Span result() {
      int n = BEFORE + b.m() * b.step();
      if (b.rounding().isEmpty()) {
        float[] f = new float[n];
        Arrays.fill(f, UNTOUCHED);
        return new Span(f, BEFORE, n - BEFORE);
      }
      byte[] y = new byte[n];
      Arrays.fill(y, UNTOUCHED);
      return new Span(y, BEFORE, n - BEFORE);
    }

    Span computed() {
      Span y = result();
      int scratch = BEFORE + b.taps() * b.m();
      products.product(b, x, own, BEFORE, scratch, packed, BEFORE, multiplier, bias, y, 0);
      return y;
    }

    /** Returns round((Σ (x − zero) · w + bias) · multiplier) by loops. */
    Span expected() {
      Span y = result();
      for (int r = 0; r < b.m(); r++) {
        for (int j = 0; j < b.columns(); j++) {
          float sum = sum(r, j) + bias.array()[b.column() + j];
          float steps = sum * multiplier.array()[b.column() + j];
          int at = y.offset() + r * b.step() + j;
          if (b.rounding().isPresent()) {
            y.bytes()[at] = (byte) b.rounding().get().round(steps);
          } else {
            y.array()[at] = steps;
          }
        }
      }
      return y;
    }

    private int sum(int r, int j) {
      int sum = 0;
      for (int i = 0; i < b.taps() * b.inner(); i++) {
        int place = Float.floatToRawIntBits(own[BEFORE + i / b.inner() * b.m() + r]);
        int q = place < 0 ? 0 : Byte.toUnsignedInt(x[place + i % b.inner()]) - b.zero();
        sum += q * w[i * (b.columns() + 1) + j];
      }
      return sum;
    }

    void agrees() {
      Span expected = expected();
      Span computed = computed();
      assertThat(computed.bytes()).as(b.toString()).isEqualTo(expected.bytes());
      assertThat(computed.array()).as(b.toString()).isEqualTo(expected.array());
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

  @ParameterizedTest
  @MethodSource("all")
  void blocksOfAllSizes(MachineProducts products) {
    Rounding all = new Rounding(20, 0, 255);
    Rounding some = new Rounding(100, 100, 180);
    for (int m : new int[] {1, 2, 5, 6, 7, 13}) {
      for (int columns : new int[] {1, 15, 16, 17, 32, 33, 64, 65, 100, 128}) {
        int taps = 1 + (m + columns) % 9;
        int inner = 1 + (m * columns) % 21;
        new Case(products, m, taps, inner, columns, Optional.of(m % 2 == 0 ? all : some), 3)
            .agrees();
        new Case(products, m, taps, inner, columns, Optional.empty(), 3).agrees();
      }
    }
  }

  /** Where x ends with a row whose channels are no multiple of four. */
  @ParameterizedTest
  @MethodSource("all")
  void nothingIsReadBehindTheLastRow(MachineProducts products) {
    new Case(products, 4, 1, 3, 20, Optional.empty(), 0).agrees();
  }

  /** What is no number becomes zero, and what is large is cut off, as the specification says. */
  @ParameterizedTest
  @MethodSource("all")
  void numbersThatAreLargeOrNotFinite(MachineProducts products) {
    for (int columns : new int[] {16, 32, 64}) {
      Case c = new Case(products, 3, 1, 8, columns, Optional.of(new Rounding(9, 0, 255)), 0);
      c.multiplier.array()[4] = Float.NaN;
      c.multiplier.array()[5] = 1e30f;
      c.multiplier.array()[6] = -40_000;
      c.bias.array()[7] = Float.NEGATIVE_INFINITY;
      c.bias.array()[8] = 3e9f;
      c.bias.array()[9] = Float.NaN;
      c.agrees();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void nothingIsTouchedThatIsNotThere(MachineProducts products) {
    Case c = new Case(products, 3, 2, 8, 20, Optional.empty(), 0);
    int scratch = BEFORE + 6;
    Span y = c.result();
    Block b = c.b;
    refused(() -> run(c, b, c.own.length, scratch, BEFORE, y, 0));
    refused(() -> run(c, b, BEFORE, scratch + 1, BEFORE, y, 0));
    refused(() -> run(c, b, BEFORE, scratch, BEFORE + 1, y, 0));
    refused(() -> run(c, b, BEFORE, scratch, BEFORE, y, b.step()));
    c.own[BEFORE] = Float.intBitsToFloat(c.x.length - 7);
    refused(() -> run(c, b, BEFORE, scratch, BEFORE, y, 0));
  }

  private void run(Case c, Block b, int table, int scratch, int wo, Span y, int at) {
    c.products.product(b, c.x, c.own, table, scratch, c.packed, wo, c.multiplier, c.bias, y, at);
  }

  private static void refused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
