package dev.fovea.simd;

import dev.fovea.simd.Compilation.Trial;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * The numbers of rows for which a kind of micro-kernel is known to run as compiled code.
 *
 * <p>Until C2 has compiled it, a loop on vectors boxes each of them and is hundreds of times as
 * slow. The kernels for {@value #FEW} rows and for one are small and soon compiled; the others are
 * compiled beside the work.
 */
final class CompiledRows {
  /** The rows of the kernel that is compiled first. */
  static final int FEW = 4;

  /** A good number of rows times products to compute by slow code. */
  static final int SLOW = 65_536;

  /** After this many times as much, a caller rather waits. */
  private static final int WAIT = 4;

  private static final long NAP_NANOS = 100_000;

  /** Whether a kernel is being compiled. */
  private enum Begun {
    NOT,
    LATER,
    AT_ONCE
  }

  private final IntFunction<Trial> trials;
  private final Compilation compilation;
  private final int limit;

  // An element turns from false to true once and is read without a fence: whoever sees it late
  // uses the small kernels a little longer.
  private final boolean[] compiled = new boolean[Micro.PRODUCT_ROWS + 1];

  private final Begun[] begun = new Begun[Micro.PRODUCT_ROWS + 1];

  private volatile boolean expected;

  /** Counted by all callers without a fence: about right is enough. */
  private int slow;

  /**
   * Creates it with nothing compiled.
   *
   * @param trials gives calls of the kernel for a number of rows
   * @param limit rows times products that are computed by slow code before kernels are compiled
   *     beside it
   */
  CompiledRows(IntFunction<Trial> trials, Compilation compilation, int limit) {
    Arrays.fill(begun, Begun.NOT);
    this.limit = limit;
    this.trials = trials;
    this.compilation = compilation;
  }

  /** Returns whether the kernel for m rows is compiled. */
  boolean has(int m) {
    return compiled[m];
  }

  /** Has the kernel compiled that is needed first. */
  void expect() {
    expected = true;
    begin(FEW);
  }

  /** Says that there will be much to do, in which loops that can be done without shall not be. */
  void expectOnly() {
    expected = true;
  }

  /**
   * Returns whether to use a loop that can be done without: not before it is compiled where there
   * is much to do.
   */
  boolean isReady(int m) {
    if (!compiled[m] && expected) {
      begin(m);
      return compiled[m];
    }
    return true;
  }

  /** Returns whether the kernel for m rows is compiled; if not, it will be, without urgency. */
  boolean isCompiledSoon(int m) {
    if (!compiled[m] && begun[m] == Begun.NOT) {
      begin(m, Begun.LATER);
    }
    return compiled[m];
  }

  private void begin(int m) {
    Begun wanted = m == FEW || m == 1 ? Begun.AT_ONCE : Begun.LATER;
    if (begun[m].compareTo(wanted) < 0) {
      begin(m, wanted);
    }
  }

  private synchronized void begin(int m, Begun wanted) {
    if (begun[m].compareTo(wanted) < 0) {
      begun[m] = wanted;
      compilation.begin(wanted == Begun.AT_ONCE, m, trials.apply(m), () -> finish(m));
    }
  }

  private synchronized void finish(int m) {
    compiled[m] = true;
  }

  private synchronized boolean isCompiled(int m) {
    return compiled[m];
  }

  /**
   * Returns how many of the next {@code left} rows to compute at once: the most that a compiled
   * kernel can. Where much work is not expected, all of them for a while, by slow code: to wait for
   * the compiler would take longer.
   *
   * @param k the products of each sum
   */
  int next(int left, int k) {
    if (slow < WAIT * limit && !expected) {
      slow += left * k;
      if (slow > limit) {
        begin(FEW);
        begin(left);
      }
      return left;
    }
    return compiledUpTo(left);
  }

  private int compiledUpTo(int left) {
    int small = left >= FEW ? FEW : 1;
    if (!compiled[left]) {
      begin(small);
      begin(left);
      await(small);
    }
    int m = left;
    while (m > small && !compiled[m]) {
      m--;
    }
    return m;
  }

  private void await(int m) {
    while (!isCompiled(m)) {
      LockSupport.parkNanos(NAP_NANOS);
    }
  }
}
