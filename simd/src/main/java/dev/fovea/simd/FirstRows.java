package dev.fovea.simd;

import dev.fovea.op.BinaryFunction;
import dev.fovea.simd.Compilation.Trial;
import dev.fovea.simd.RowLoops.Extent;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Loops over rows as long as those of the Vector API are not compiled: C2 is given them when a
 * first prediction is likely to have ended, and until then others compute, if there are any.
 */
final class FirstRows {
  /** Made once: what is compiled is a fact about the process. */
  private static final class OfProcess {
    static final FirstRows FIRST =
        new FirstRows(
            MicroChoice.ofProcess().micros().rows(),
            new BackgroundCompilation(Duration.ofSeconds(5)));
  }

  private static final int L = Species.FLOATS.length();
  private static final float[] NONE = {};

  private final Optional<RowLoops> loops;
  private final Map<RowFormula, CompiledRows> vectors = new EnumMap<>(RowFormula.class);

  FirstRows(Optional<RowLoops> loops, Compilation compilation) {
    this.loops = loops;
    for (RowFormula f : RowFormula.values()) {
      vectors.put(f, new CompiledRows(_ -> trial(f), compilation, CompiledRows.SLOW));
    }
  }

  /** Returns that of this process. */
  static FirstRows ofProcess() {
    return OfProcess.FIRST;
  }

  /** Returns whether rows of so many numbers are to be computed here. */
  boolean takes(RowFormula f, int n) {
    return loops.isPresent()
        && n % L == 0
        && !Objects.requireNonNull(vectors.get(f)).isCompiledSoon(1)
        && loops.get().takes(f, n);
  }

  /** Applies a formula, whose results lie {@code step} apart, to rows that begin at places. */
  void lines(RowFormula f, int n, float[] x, float[] y, int to, int step, int... rows) {
    int[] places = Arrays.copyOf(rows, rows.length + f.outputs());
    for (int i = 0; i < f.outputs(); i++) {
      places[rows.length + i] = to + i * step;
    }
    apply(f, Extent.of(n), x, y, places);
  }

  /** Applies a formula to rows of one array. */
  void apply(RowFormula f, Extent e, float[] x, float[] y, int... places) {
    loops.orElseThrow().apply(f, e, places, x, NONE, 0, y);
  }

  /** y = a · b, row by row. */
  void multiply(Extent e, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    loops.orElseThrow().apply(RowFormula.PRODUCT, e, new int[] {ao, yo}, a, b, bo, y);
  }

  /** Returns calls of the vector loop of a formula, on k vectors of zeros. */
  private static Trial trial(RowFormula f) {
    int most = MicroTrial.MOST * L;
    float[] x = new float[6 * most];
    float[] y = new float[6 * most];
    return switch (f) {
      case IMAGE_FOUR -> k -> WinogradLines.image4(k * L, x, 0, 0, 0, 0, 0, 0, y, 0, most);
      case IMAGE_TWO -> k -> WinogradLines.image2(k * L, x, 0, 0, 0, 0, y, 0, most);
      case RESULT_FOUR -> k -> WinogradLines.result4(k * L, x, 0, most);
      case RESULT_TWO -> k -> WinogradLines.result2(k * L, x, 0, most);
      case WEIGHTS_FOUR -> k -> WinogradLines.weights4(k * L, x, 0, 0, 0, y, 0, most);
      case WEIGHTS_TWO -> k -> WinogradLines.weights2(k * L, x, 0, 0, 0, y, 0, most);
      case PRODUCT -> k -> Pairs.apply(BinaryFunction.MULTIPLY, x, 0, x, 0, y, 0, k * L);
      case COPY -> {
        TileMoves moves = TileMoves.of(2 * L);
        yield k -> moves.pack(k, 2 * L, x, 0, 2 * L, y, 0);
      }
      case LARGEST_OF_NINE -> k -> PoolLoops.largest(x, 0, 0, 0, 0, 0, 0, y, 0, 1, k * L);
    };
  }
}
