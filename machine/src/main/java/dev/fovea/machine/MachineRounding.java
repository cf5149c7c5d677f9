package dev.fovea.machine;

import dev.fovea.machine.kernel.RoundingKernels;
import dev.fovea.machine.memory.Code;
import dev.fovea.simd.Bfloat16;
import dev.fovea.simd.PairRounding;
import org.jspecify.annotations.Nullable;

/** Rounds floats to pairs of bfloat16 by the instructions for it (AVX512_BF16). */
final class MachineRounding implements PairRounding {
  private static final long BYTES = Float.BYTES;
  private static final int VECTOR = RoundingKernels.VECTOR;

  private final RoundingKernels kernels = new RoundingKernels();

  MachineRounding() {}

  @Override
  public void neighbours(int rows, int n, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    Reach.checkRows(xo, rows, xs, n, x.length);
    Reach.checkRows(yo, rows, ys, Math.ceilDiv(n, 2), y.length);
    int next = rows * xs; // while the next rows are on their way, these are multiplied
    int vectors = round(kernels.of(false), rows, n / (2 * VECTOR), x, xo, xs, next, y, yo, ys);
    int done = vectors * VECTOR;
    if (2 * done < n) {
      Bfloat16.neighbours(rows, n - 2 * done, x, xo + 2 * done, xs, y, yo + done, ys);
    }
  }

  @Override
  public void lines(int lines, int n, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    Reach.checkRows(xo, lines, xs, n, x.length);
    Reach.checkRows(yo, Math.ceilDiv(lines, 2), ys, n, y.length);
    int both = lines / 2;
    int vectors = round(kernels.of(true), both, n / VECTOR, x, xo, 2 * xs, xs, y, yo, ys);
    int done = vectors * VECTOR;
    if (done < n) {
      Bfloat16.lines(2 * both, n - done, x, xo + done, xs, y, yo + done, ys);
    }
    if (lines % 2 == 1) {
      Bfloat16.lines(1, n, x, xo + 2 * both * xs, xs, y, yo + both * ys, ys);
    }
  }

  /** Rounds rows of whole vectors; returns how many vectors of each are done: all, or none. */
  private static int round(
      @Nullable Code code,
      int rows,
      int vectors,
      float[] x,
      int xo,
      int xs,
      int apart,
      float[] y,
      int yo,
      int ys) {
    if (code == null || rows == 0 || vectors == 0) {
      return code == null ? 0 : vectors;
    }
    int most = Math.max(1, MachineMicro.MOST / VECTOR / vectors);
    for (int i = 0; i < rows; i += most) {
      code.call(
          x,
          x,
          x,
          x,
          y,
          y,
          BYTES * (xo + (long) i * xs),
          0,
          0,
          0,
          BYTES * (yo + (long) i * ys),
          0,
          Math.min(most, rows - i),
          vectors,
          BYTES * xs,
          BYTES * ys,
          BYTES * apart);
    }
    return vectors;
  }
}
