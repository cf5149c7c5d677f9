package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies strips of images, with their border, into the layouts that sums over pixels read. */
record StripPacker(Correlation g) implements Strips {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  @Override
  public int pixelsSize(int r, int apart) {
    return Math.multiplyExact(g.stripPixels(r), apart);
  }

  @Override
  public int gradientSize(int r, int apart) {
    return Math.multiplyExact(r * g.planeCols(), apart);
  }

  @Override
  public int tap(int tap, int r, int apart) {
    return g.tapOffset(tap, r) * apart;
  }

  @Override
  public int steps(int pixels) {
    return pixels;
  }

  @Override
  public void pixels(Span x, int image, int row0, int r, int n, int apart, float[] f, int at) {
    for (int plane = 0; plane < g.planes(); plane++) {
      for (int row = 0; row < g.planeRows(r); row++) {
        int line = at + (plane * g.planeRows(r) + row) * g.planeCols() * apart;
        pixelRow(x, image, plane, row0 + row, n, apart, f, line);
      }
    }
  }

  private void pixelRow(
      Span x, int image, int plane, int row, int n, int apart, float[] f, int line) {
    int h = g.inputRow(plane, row);
    for (int col = 0; col < g.planeCols(); col++) {
      int w = g.inputCol(plane, col);
      int to = line + col * apart;
      if (h < 0 || h >= g.height() || w < 0 || w >= g.width()) {
        Arrays.fill(f, to, to + n, 0);
      } else {
        int from = x.offset() + ((image * g.height() + h) * g.width() + w) * g.xPixel();
        copy(x.array(), from, f, to, n);
      }
    }
  }

  private static void copy(float[] x, int from, float[] f, int to, int n) {
    int whole = S.loopBound(n);
    for (int i = 0; i < whole; i += L) {
      FloatVector.fromArray(S, x, from + i).intoArray(f, to + i);
    }
    for (int i = whole; i < n; i++) {
      f[to + i] = x[from + i];
    }
  }

  /** Packs all channels of a group as [channel][plane][row][column]. */
  void channels(Span x, int image, int row0, int r, float[] f, int at) {
    int size = g.stripPixels(r);
    for (int plane = 0; plane < g.planes(); plane++) {
      for (int row = 0; row < g.planeRows(r); row++) {
        int line = at + (plane * g.planeRows(r) + row) * g.planeCols();
        int h = g.inputRow(plane, row0 + row);
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
    int first = g.inputCol(plane, 0);
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

  @Override
  public void gradient(
      Span d, int image, int row0, int r, int used, int n, int apart, float[] f, int at) {
    for (int row = 0; row < r; row++) {
      int line = at + row * g.planeCols() * apart;
      int source = d.offset() + (image * g.rows() + row0 + row) * g.cols() * g.dPixel();
      for (int col = 0; col < g.planeCols(); col++) {
        int to = line + col * apart;
        int kept = col < g.cols() ? used : 0;
        if (g.dColumn() == 1) {
          copy(d.array(), source + col * g.dPixel(), f, to, kept);
        } else {
          gather(d.array(), source + col * g.dPixel(), f, to, kept);
        }
        Arrays.fill(f, to + kept, to + n, 0);
      }
    }
  }

  private void gather(float[] d, int from, float[] f, int to, int n) {
    for (int i = 0; i < n; i++) {
      f[to + i] = d[from + i * g.dColumn()];
    }
  }
}
