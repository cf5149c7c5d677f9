package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Rng;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class TieredMicroTest {
  private static final int K = 29;
  private static final List<Micro> PLAIN = List.of(new MicroTwo(), new MicroOne());

  /** Calls one kind of kernel with these factors and sums. */
  private interface Kind {
    void run(Micro micro, int m, Factors f, float[] sums);
  }

  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Factors(float[] x, float[] w, float[] offsets, int[] table) {
    static Factors of(int columns) {
      Rng rng = new Rng(1);
      float[] x = new float[Micro.ROWS * K + Micro.ROWS];
      float[] w = new float[columns * K];
      for (int i = 0; i < x.length; i++) {
        x[i] = rng.nextFloat(-1, 1);
      }
      for (int i = 0; i < w.length; i++) {
        w[i] = rng.nextFloat(-1, 1);
      }
      float[] offsets = new float[Micro.ROWS];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = Float.intBitsToFloat(i * K);
      }
      int[] table = new int[K];
      for (int i = 0; i < K; i++) {
        table[i] = K - 1 - i;
      }
      return new Factors(x, w, offsets, table);
    }
  }

  private static List<Kind> kinds() {
    return List.of(
        (t, m, f, c) -> t.rows(m, K, f.x, 0, f.offsets, 0, f.w, 0, c, 0),
        (t, m, f, c) -> t.gather(m, K, f.x, f.offsets, 0, f.table, f.w, 0, c, 0),
        (t, m, f, c) -> t.planar(m, K, f.x, 0, f.w, 0, new int[K], c, 0, t.columns()),
        (t, m, f, c) -> t.outer(m, K, f.x, 0, Micro.ROWS, f.w, 0, t.columns(), c, 0),
        (t, m, f, c) -> product(t, m, f, false, c),
        (t, m, f, c) -> product(t, m, f, true, c),
        (t, m, f, c) -> productAdd(t, m, f, false, c),
        (t, m, f, c) -> productAdd(t, m, f, true, c));
  }

  private static void product(Micro t, int m, Factors f, boolean relu, float[] c) {
    t.product(products(t, f, relu, c), m, K, 0, 0, 3, 0);
  }

  private static void productAdd(Micro t, int m, Factors f, boolean relu, float[] c) {
    t.product(products(t, f, relu, c).plus(Span.of(f.w)), m, K, 0, 0, 3, 0);
  }

  private static Products products(Micro t, Factors f, boolean relu, float[] c) {
    Span w = Span.of(f.w);
    return Products.of(Span.of(f.x), Micro.ROWS, w, w, Span.of(c), t.columns())
        .within(relu ? Bounds.RELU : Bounds.NONE);
  }

  private static float[] sums(Micro micro, Kind kind, int m) {
    float[] c = new float[Micro.ROWS * micro.columns()];
    kind.run(micro, m, Factors.of(micro.columns()), c);
    return c;
  }

  @Test
  void everyDivisionOfATileGivesTheSameBits() {
    for (Micro plain : PLAIN) {
      for (Kind kind : kinds()) {
        for (int m = 1; m <= Micro.ROWS; m++) {
          List<Integer> rows = new ArrayList<>();
          Compilation some =
              (urgent, n, trial, done) -> {
                rows.add(n);
                if (urgent) {
                  done.run();
                }
              };
          Micro tiered = new TieredMicro(plain, some, 0);
          for (Micro.Kind expected : Micro.Kind.values()) {
            tiered.expect(true, expected);
          }
          assertThat(sums(tiered, kind, m)).isEqualTo(sums(plain, kind, m));
          assertThat(rows).contains(m, CompiledRows.FEW);
        }
      }
    }
  }

  @Test
  void patchesAndGatheringGiveTheSameBits() {
    Micro plain = new MicroTwo();
    int columns = plain.columns();
    Factors f = Factors.of(columns);
    for (int m : new int[] {6, 12}) {
      for (float floor : new float[] {Float.NEGATIVE_INFINITY, 0}) {
        float[] expected = new float[m * columns];
        TileMoves.of(columns).start(m, f.w, 3, columns, expected, 0);
        plain.gather(m, K, f.x, f.offsets, 0, f.table, f.w, 0, expected, 0);
        for (int i = 0; i < expected.length; i++) {
          expected[i] = Math.max(expected[i], floor);
        }
        float[] y = new float[m * columns];
        if (m == 12) {
          PatchLoops.twelve(K, f.x, f.offsets, 0, f.table, f.w, 0, f.w, 3, floor, y, 0, columns);
        } else {
          PatchLoops.six(K, f.x, f.offsets, 0, f.table, f.w, 0, f.w, 3, floor, y, 0, columns);
        }
        assertThat(y).isEqualTo(expected);
      }
    }
  }

  @Test
  void loopsThatCanBeDoneWithoutWaitUntilTheyAreCompiled() {
    List<Runnable> ends = new ArrayList<>();
    Compilation held = (urgent, m, trial, done) -> ends.add(done);
    Micro tiered = new TieredMicro(new MicroTwo(), held);
    assertThat(tiered.takesPatches(12)).isTrue();
    tiered.expect(true, Micro.Kind.GATHER);
    assertThat(tiered.takesPatches(12)).isFalse();
    ends.forEach(Runnable::run);
    assertThat(tiered.takesPatches(12)).isTrue();
  }

  @Test
  void trialsReachEveryKernel() {
    for (Micro plain : PLAIN) {
      MicroTrial trial = new MicroTrial(plain);
      for (int m = 1; m <= plain.maxRows(); m++) {
        trial.rows(m).run(MicroTrial.MOST);
        trial.gather(m).run(MicroTrial.MOST);
        trial.planar(m).run(MicroTrial.MOST);
        trial.outer(m).run(MicroTrial.MOST);
        trial.product(m).run(MicroTrial.MOST);
        trial.productAdd(m).run(MicroTrial.MOST);
        trial.patches(m).run(MicroTrial.MOST);
      }
    }
  }

  @Test
  void compilationInTheBackgroundEnds() throws InterruptedException {
    BackgroundCompilation background = new BackgroundCompilation(Duration.ofMinutes(1));
    CountDownLatch done = new CountDownLatch(2);
    Compilation.Trial trial = new MicroTrial(new MicroTwo()).rows(2);
    background.begin(true, 2, trial, done::countDown);
    background.begin(false, 2, trial, done::countDown);
    done.await();
    assertThat(done.getCount()).isZero();
  }

  @Test
  void compilationThatNeverSucceedsIsGivenUp() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    Compilation.Trial slow =
        k -> {
          long end = System.nanoTime() + 10_000_000;
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        };
    new BackgroundCompilation(Duration.ofMillis(30)).begin(true, 1, slow, done::countDown);
    done.await();
    assertThat(done.getCount()).isZero();
  }
}
