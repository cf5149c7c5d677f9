package dev.fovea.simd;

import dev.fovea.kernel.Span;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies strips of images, with their border, into the layouts that sums over pixels read. */
record StripPacker(Correlation g) {
  private static final VectorSpecies<Float> S = Species.FULL;
  private static final int L = S.length();

  /**
   * Packs blocks of {@code m} channels as [block][plane][row][column][12].
   *
   * <p>A pixel's channels are read in one go and spread over the blocks: memory brings neighbouring
   * lines several times as fast as pieces of lines far apart.
   */
  void blocks(Span x, int image, int row0, int r, int from, int to, Split c, float[] f, int at) {
    int size = g.blockSize(r);
    for (int plane = 0; plane < g.planes(); plane++) {
      for (int row = 0; row < g.planeRows(r); row++) {
        int line = at + (plane * g.planeRows(r) + row) * g.planeCols() * Micro.ROWS;
        blockRow(x, image, plane, row0 + row, from, to, c, f, line, size);
      }
    }
  }

  private int inputRow(int plane, int row) {
    int h = row * g.window().strideHeight() + plane / g.planesAcross();
    return h - g.window().padTop();
  }

  private int inputCol(int plane, int col) {
    return col * g.window().strideWidth() + plane % g.planesAcross() - g.window().padLeft();
  }

  private void blockRow(
      Span x,
      int image,
      int plane,
      int row,
      int from,
      int to,
      Split c,
      float[] f,
      int line,
      int size) {
    int h = inputRow(plane, row);
    for (int col = 0; col < g.planeCols(); col++) {
      int w = inputCol(plane, col);
      int into = line + col * Micro.ROWS;
      if (h < 0 || h >= g.height() || w < 0 || w >= g.width()) {
        for (int b = 0; b < to - from; b++) {
          Arrays.fill(f, into + b * size, into + b * size + Micro.ROWS, 0);
        }
      } else {
        int source = x.offset() + ((image * g.height() + h) * g.width() + w) * g.xPixel();
        for (int b = from; b < to; b++) {
          copy(x.array(), source + c.begin(b), f, into + (b - from) * size, c.size());
        }
      }
    }
  }

  /** Copies m ≤ 12 floats, and a few more where that is quicker; what follows is written later. */
  private static void copy(float[] x, int from, float[] f, int to, int m) {
    int reach = (Micro.ROWS + L - 1) / L * L;
    if (from + reach <= x.length && to + reach <= f.length) {
      for (int i = 0; i < Micro.ROWS; i += L) {
        FloatVector.fromArray(S, x, from + i).intoArray(f, to + i);
      }
    } else {
      System.arraycopy(x, from, f, to, m);
    }
  }

  /** Packs all channels of a group as [channel][plane][row][column]. */
  void channels(Span x, int image, int row0, int r, float[] f, int at) {
    int size = g.stripPixels(r);
    for (int plane = 0; plane < g.planes(); plane++) {
      for (int row = 0; row < g.planeRows(r); row++) {
        int line = at + (plane * g.planeRows(r) + row) * g.planeCols();
        int h = inputRow(plane, row0 + row);
        boolean inside = h >= 0 && h < g.height();
        int source = x.offset() + (image * g.height() + h) * g.width() * g.xPixel();
        for (int c = 0; c < g.inner(); c++) {
          channelRow(x.array(), source + c, inside, plane, f, line + c * size);
        }
      }
    }
  }

  private void channelRow(float[] x, int source, boolean inside, int plane, float[] f, int line) {
    int cols = g.planeCols();
    int step = g.window().strideWidth();
    int first = inputCol(plane, 0);
    int from = first >= 0 ? 0 : Math.min(cols, Ranges.ceilDiv(-first, step));
    int last = g.width() - 1 - first;
    int to = last < 0 ? 0 : Math.min(cols, last / step + 1);
    if (!inside || from >= to) {
      Arrays.fill(f, line, line + cols, 0);
      return;
    }
    Arrays.fill(f, line, line + from, 0);
    int at = source + (first + from * step) * g.xPixel();
    if (step * g.xPixel() == 1) {
      System.arraycopy(x, at, f, line + from, to - from);
    } else {
      for (int i = from; i < to; i++) {
        f[line + i] = x[at + (i - from) * step * g.xPixel()];
      }
    }
    Arrays.fill(f, line + to, line + cols, 0);
  }

  /** Packs rows of d as [block of columns][row][plane column][columns of a block]. */
  void gradient(
      Span d, int image, int row0, int r, int from, int to, Micro micro, float[] f, int at) {
    int pitch = g.planeCols();
    int nr = micro.columns();
    int size = g.panelSize(r, nr);
    for (int row = 0; row < r; row++) {
      int pixel = (image * g.rows() + row0 + row) * g.cols();
      int line = at + row * pitch * nr;
      int source = d.offset() + pixel * g.dPixel() + from * nr * g.dColumn();
      if (g.dColumn() == 1) {
        int cols = Math.min(g.columns(), to * nr) - from * nr;
        if (cols <= nr) {
          micro.pack(g.cols(), cols, d.array(), source, g.dPixel(), f, line);
        } else {
          gradientPixels(d.array(), source, cols, nr, f, line, size);
        }
      } else {
        for (int b = from; b < to; b++) {
          int used = Math.min(nr, g.columns() - b * nr);
          int first = source + (b - from) * nr * g.dColumn();
          gradientRow(d.array(), first, used, nr, f, line + (b - from) * size);
        }
      }
      for (int b = from; b < to; b++) {
        int end = line + (b - from) * size;
        Arrays.fill(f, end + g.cols() * nr, end + pitch * nr, 0);
      }
    }
  }

  /** Spreads the {@code cols} channels of each pixel of a row over panels {@code size} apart. */
  private void gradientPixels(
      float[] d, int source, int cols, int nr, float[] f, int line, int size) {
    int whole = cols / nr;
    int rest = cols - whole * nr;
    for (int col = 0; col < g.cols(); col++) {
      int from = source + col * g.dPixel();
      int to = line + col * nr;
      for (int b = 0; b < whole; b++) {
        copyPanel(d, from + b * nr, f, to + b * size, nr);
      }
      if (rest > 0) {
        int last = to + whole * size;
        System.arraycopy(d, from + whole * nr, f, last, rest);
        Arrays.fill(f, last + rest, last + nr, 0);
      }
    }
  }

  private static void copyPanel(float[] x, int from, float[] f, int to, int nr) {
    if (nr % L == 0) {
      for (int i = 0; i < nr; i += L) {
        FloatVector.fromArray(S, x, from + i).intoArray(f, to + i);
      }
    } else {
      System.arraycopy(x, from, f, to, nr);
    }
  }

  private void gradientRow(float[] d, int source, int used, int nr, float[] f, int line) {
    for (int col = 0; col < g.cols(); col++) {
      int from = source + col * g.dPixel();
      int to = line + col * nr;
      for (int j = 0; j < used; j++) {
        f[to + j] = d[from + j * g.dColumn()];
      }
      Arrays.fill(f, to + used, to + nr, 0);
    }
  }

  /** An extent cut into equal blocks of at most 12, the last repeating some of its neighbour. */
  record Split(int extent, int blocks, int size) {
    static Split of(int extent, int most) {
      int blocks = Math.max(1, Ranges.ceilDiv(extent, most));
      return new Split(extent, blocks, Ranges.ceilDiv(extent, blocks));
    }

    int begin(int block) {
      return Math.min(block * size, extent - size);
    }
  }
}
