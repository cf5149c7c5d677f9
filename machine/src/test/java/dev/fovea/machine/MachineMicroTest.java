package dev.fovea.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.kernel.Span;
import dev.fovea.simd.Bfloat16;
import dev.fovea.simd.Bounds;
import dev.fovea.simd.Micro;
import dev.fovea.simd.Products;
import dev.fovea.tensor.Rng;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Machine code computes the bits of plain loops, for all tiles, and touches nothing else. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class MachineMicroTest {
  private static final int GAP = 3;

  /** A call of one kind of kernel that adds to c. */
  private interface Call {
    void run(Micro micro, float[] c);
  }

  private final Rng rng = new Rng(1);

  /** Returns numbers of both signs, some of them zeros, infinite or no numbers. */
  private float[] numbers(int n) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      int kind = (int) rng.nextFloat(0, 500);
      f[i] =
          switch (kind) {
            case 0 -> Float.NaN;
            case 1 -> Float.POSITIVE_INFINITY;
            case 2, 3 -> -0f;
            default -> rng.nextFloat(-1, 1);
          };
    }
    return f;
  }

  /** Returns factors: numbers, or pairs of such. */
  private static float[] factors(Shapes s, IntFunction<float[]> numbers, int n) {
    if (!s.tiles().pairs()) {
      return numbers.apply(n);
    }
    float[] pairs = new float[n];
    Bfloat16.neighbours(1, 2 * n, numbers.apply(2 * n), 0, 0, pairs, 0, 0);
    return pairs;
  }

  /** Returns numbers of both signs alone, for sums of many. */
  private float[] finite(int n) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = rng.nextFloat(-1, 1);
    }
    return f;
  }

  private static float[] offsets(int m, int step) {
    float[] o = new float[m + GAP];
    for (int i = 0; i < m; i++) {
      o[GAP + i] = Float.intBitsToFloat((m - 1 - i) * step);
    }
    return o;
  }

  private void agree(Shapes s, int size, Call call) {
    float[] expected = numbers(size);
    float[] computed = expected.clone();
    call.run(s.plain(), expected);
    call.run(s.micro(), computed);
    assertThat(computed).isEqualTo(expected);
  }

  static java.util.stream.Stream<Shapes> shapes() {
    return Shapes.all();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void rows(Shapes s) {
    int n = s.tiles().columns();
    for (int m = 1; m <= s.sums(); m++) {
      for (int k : Shapes.depths()) {
        int rows = m;
        float[] x = factors(s, this::numbers, m * (k + 1) + GAP);
        float[] o = offsets(m, k + 1);
        float[] w = factors(s, this::numbers, k * n + GAP);
        agree(s, m * n + 2 * GAP, (t, c) -> t.rows(rows, k, x, GAP, o, GAP, w, GAP, c, GAP));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void gather(Shapes s) {
    int n = s.tiles().columns();
    for (int m = 1; m <= s.sums(); m++) {
      for (int k : Shapes.depths()) {
        int rows = m;
        float[] x = factors(s, this::numbers, m * (k + 1));
        float[] o = offsets(m, k + 1);
        int[] t = new int[k + GAP];
        for (int i = 0; i < k; i++) {
          t[i] = i * 7 % k;
        }
        float[] w = factors(s, this::numbers, k * n + GAP);
        agree(s, m * n + 2 * GAP, (g, c) -> g.gather(rows, k, x, o, GAP, t, w, GAP, c, GAP));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void patches(Shapes s) {
    int n = s.tiles().columns();
    for (int m = 1; m <= s.sums(); m++) {
      for (int k : Shapes.depths()) {
        int rows = m;
        float[] x = factors(s, this::numbers, m * (k + 1));
        float[] o = offsets(m, k + 1);
        int[] t = new int[k];
        for (int i = 0; i < k; i++) {
          t[i] = i * 3 % k;
        }
        float[] w = factors(s, this::numbers, k * n + GAP);
        float[] b = numbers(n + GAP);
        int ys = n + 2;
        for (float floor : new float[] {0, Float.NEGATIVE_INFINITY}) {
          agree(
              s,
              m * ys + 2 * GAP,
              (p, y) -> p.patches(rows, k, x, o, GAP, t, w, GAP, b, GAP, floor, y, GAP, ys));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void planar(Shapes s) {
    int n = s.tiles().columns();
    for (int m = 1; m <= s.sums(); m++) {
      for (int k : Shapes.depths()) {
        int rows = m;
        float[] x = factors(s, this::numbers, k * Micro.ROWS + GAP);
        int[] t = new int[k];
        for (int i = 0; i < k; i++) {
          t[i] = i * 5 % k;
        }
        float[] w = factors(s, this::numbers, k + n + GAP);
        int cs = n + 1;
        agree(s, m * cs + 2 * GAP, (p, c) -> p.planar(rows, k, x, GAP, w, GAP, t, c, GAP, cs));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void outer(Shapes s) {
    int n = s.tiles().columns();
    for (int m = 1; m <= s.sums(); m++) {
      for (int k : Shapes.depths()) {
        int rows = m;
        int xs = m + 2;
        int ws = n + 1;
        float[] x = factors(s, this::numbers, k * xs + GAP);
        float[] w = factors(s, this::numbers, k * ws + GAP);
        agree(s, m * n + 2 * GAP, (t, c) -> t.outer(rows, k, x, GAP, xs, w, GAP, ws, c, GAP));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void products(Shapes s) {
    for (int m = 1; m <= s.rows(); m++) {
      for (int k : Shapes.depths()) {
        int blocks = 1 + (m + k) % 5;
        products(s, m, k, blocks, s.tiles().columns());
        products(s, m, k, blocks, 0);
      }
    }
  }

  private static Products to(Products p, float[] y) {
    return new Products(p.x(), p.xs(), p.w(), p.b(), p.bs(), p.bounds(), p.r(), Span.of(y), p.ys());
  }

  private void products(Shapes s, int m, int k, int blocks, int bs) {
    int n = s.tiles().columns();
    int xs = k + 1;
    int ys = blocks * n + 5;
    float[] x = factors(s, this::numbers, m * xs + GAP);
    float[] w = factors(s, this::numbers, blocks * k * n + GAP);
    float[] b = numbers(bs * blocks + n + GAP);
    float[] r = numbers(m * ys + GAP);
    Products of =
        Products.of(Span.of(x), xs, Span.of(w), Span.of(b), Span.EMPTY, ys).withBiasStep(bs);
    for (Bounds in : List.of(Bounds.NONE, Bounds.RELU, new Bounds(0, 0.3f))) {
      for (Products p : List.of(of.within(in), of.within(in).plus(Span.of(r)))) {
        agree(
            s,
            m * ys + 2 * GAP,
            (t, y) -> t.products(to(p, y), blocks, m, k, GAP, GAP, GAP, GAP, Span.EMPTY));
        agree(s, m * ys + 2 * GAP, (t, y) -> t.product(to(p, y), m, k, GAP, GAP, GAP, GAP));
      }
    }
  }

  /** Sums that are too long for one call give the same bits in several. */
  @ParameterizedTest
  @MethodSource("shapes")
  void longSums(Shapes s) {
    int n = s.tiles().columns();
    int m = s.sums();
    int k = MachineMicro.MOST / (m * n) + 5;
    float[] x = factors(s, this::finite, k);
    float[] o = new float[m];
    float[] w = factors(s, this::finite, k * n);
    agree(s, m * n, (t, c) -> t.rows(m, k, x, 0, o, 0, w, 0, c, 0));
    int[] steps = new int[k];
    agree(s, m * n, (t, c) -> t.gather(m, k, x, o, 0, steps, w, 0, c, 0));
    float[] b = finite(n);
    Products p =
        Products.of(Span.of(x), 0, Span.of(w), Span.of(b), Span.EMPTY, 2 * n).within(Bounds.RELU);
    agree(s, 2 * m * n, (t, y) -> t.product(to(p, y), m, k, 0, 0, 0, 0));
    int half = k / 2;
    agree(s, 4 * n, (t, y) -> t.products(to(p, y), 2, 2, half, 0, 0, 0, 0, Span.EMPTY));
  }

  @Test
  void nothingIsTouchedThatIsNotThere() {
    Shapes.all().forEach(MachineMicroTest::refuses);
  }

  private static void refuses(Shapes s) {
    Micro t = s.micro();
    int n = t.columns();
    int k = 5;
    float[] x = new float[k];
    float[] o = new float[1];
    float[] w = new float[k * n];
    float[] c = new float[n];
    int[] steps = new int[k];
    refused(() -> t.rows(1, k, x, 1, o, 0, w, 0, c, 0));
    refused(() -> t.rows(1, k, x, -1, o, 0, w, 0, c, 0));
    refused(() -> t.rows(1, k, x, 0, o, 1, w, 0, c, 0));
    refused(() -> t.rows(1, k, x, 0, new float[] {Float.intBitsToFloat(1)}, 0, w, 0, c, 0));
    refused(() -> t.rows(1, k, x, 0, o, 0, w, 1, c, 0));
    refused(() -> t.rows(1, k, x, 0, o, 0, w, 0, c, 1));
    refused(() -> t.gather(1, k, x, o, 0, new int[] {0, 0, 5, 0, 0}, w, 0, c, 0));
    refused(() -> t.gather(1, k, x, o, 0, new int[] {0, 0, -1, 0, 0}, w, 0, c, 0));
    refused(() -> t.gather(1, k, x, o, 0, new int[4], w, 0, c, 0));
    refused(() -> t.gather(1, k, x, o, 0, steps, w, 1, c, 0));
    refused(() -> t.gather(1, k, x, o, 0, steps, w, 0, c, 1));
    refused(() -> t.patches(1, k, x, o, 0, new int[4], w, 0, c, 0, 0, c, 0, n));
    refused(() -> t.patches(1, k, x, o, 0, new int[] {5, 0, 0, 0, 0}, w, 0, c, 0, 0, c, 0, n));
    refused(() -> t.patches(1, k, x, o, 0, steps, w, 1, c, 0, 0, c, 0, n));
    refused(() -> t.patches(1, k, x, o, 0, steps, w, 0, c, 1, 0, c, 0, n));
    refused(() -> t.patches(1, k, x, o, 0, steps, w, 0, c, 0, 0, c, 1, n));
    refused(() -> t.planar(1, k, x, 0, w, 0, steps, c, 0, n));
    refused(() -> t.planar(1, 1, x, 0, w, 0, new int[] {w.length - n + 1}, c, 0, n));
    refused(() -> t.planar(1, 1, x, 0, w, 0, new int[] {-1}, c, 0, n));
    refused(() -> t.planar(2, 1, x, 0, w, 0, steps, c, 0, n));
    refused(() -> t.outer(1, k, x, 0, 2, w, 0, n, c, 0));
    refused(() -> t.outer(1, k, x, 0, 1, w, 0, n + 1, c, 0));
    refused(() -> t.outer(1, k, x, 0, 1, w, 0, n, c, 1));
    refused(() -> t.outer(1, k, x, 4, -1, w, 0, n, c, 0));
    Products p = Products.of(Span.of(x), 0, Span.of(w), Span.of(c), Span.of(c), n);
    refused(() -> t.product(p, 1, k, 1, 0, 0, 0));
    refused(() -> t.product(p, 1, k, 0, 1, 0, 0));
    refused(() -> t.product(p, 1, k, 0, 0, 1, 0));
    refused(() -> t.product(p, 1, k, 0, 0, 0, 1));
    refused(() -> t.product(p, 2, k, 0, 0, 0, 0));
    refused(() -> t.products(p, 2, 1, k, 0, 0, 0, 0, Span.EMPTY));
    refused(() -> t.product(p.plus(Span.of(c).after(1)), 1, k, 0, 0, 0, 0));
  }

  private static void refused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
