package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import java.util.Arrays;

/**
 * Strips of pairs of bfloat16: two neighbouring columns of a line of a plane are a pair, and each
 * line has an even number of columns.
 *
 * <p>Taps that begin at an odd column read a second copy of x, whose pairs begin at odd columns.
 *
 * @param g the geometry, of pairs
 */
record PairStrips(Correlation g, PairRounding rounding) implements Strips {
  private boolean hasOdd() {
    return g.window().spanWidth() > g.window().strideWidth();
  }

  private int copySize(int r, int apart) {
    return Math.multiplyExact(g.stripPixels(r) / 2, apart);
  }

  /** One copy of x or two, and two pixels, of which one is zeros. */
  @Override
  public int pixelsSize(int r, int apart) {
    return (hasOdd() ? 2 : 1) * copySize(r, apart) + 2 * apart;
  }

  @Override
  public int gradientSize(int r, int apart) {
    return Math.multiplyExact(r * g.planeCols() / 2, apart);
  }

  @Override
  public int tap(int tap, int r, int apart) {
    int pixel = g.tapOffset(tap, r);
    return (pixel % 2) * copySize(r, apart) + pixel / 2 * apart;
  }

  @Override
  public int steps(int pixels) {
    return Ranges.ceilDiv(pixels, 2);
  }

  @Override
  public void pixels(Span x, int image, int row0, int r, int n, int apart, float[] f, int at) {
    int line = g.planeCols() / 2 * apart;
    int copies = hasOdd() ? 2 : 1;
    int alone = at + copies * copySize(r, apart);
    for (int shift = 0; shift < copies; shift++) {
      int to = at + shift * copySize(r, apart);
      for (int plane = 0; plane < g.planes(); plane++) {
        for (int row = 0; row < g.planeRows(r); row++) {
          int h = g.inputRow(plane, row0 + row);
          if (h < 0 || h >= g.height()) {
            Arrays.fill(f, to, to + line, 0);
          } else {
            int source = x.offset() + (image * g.height() + h) * g.width() * g.xPixel();
            pixelRow(x.array(), source, plane, shift, n, apart, f, to, alone);
          }
          to += line;
        }
      }
    }
  }

  /** Packs the columns of a line of a plane from {@code shift} on. */
  private void pixelRow(
      float[] x, int source, int plane, int shift, int n, int apart, float[] f, int to, int alone) {
    int step = g.window().strideWidth();
    int cols = g.planeCols();
    int first = g.inputCol(plane, shift);
    int begin = first >= 0 ? 0 : Math.min(cols - shift, Ranges.ceilDiv(-first, step));
    int last = g.width() - 1 - first;
    int end = last < 0 ? begin : Math.clamp(last / step + 1, begin, cols - shift);
    int from = source + (first + begin * step) * g.xPixel();
    int pair = begin / 2;
    Arrays.fill(f, to, to + pair * apart, 0);
    if (begin % 2 == 1 && begin < end) { // the first of a pair is outside
      Arrays.fill(f, alone, alone + n, 0);
      System.arraycopy(x, from, f, alone + n, n);
      rounding.lines(2, n, f, alone, n, f, to + pair * apart, apart);
      from += step * g.xPixel();
      begin++;
      pair++;
    }
    if (begin < end) {
      rounding.lines(end - begin, n, x, from, step * g.xPixel(), f, to + pair * apart, apart);
      pair += Ranges.ceilDiv(end - begin, 2);
    }
    Arrays.fill(f, to + pair * apart, to + cols / 2 * apart, 0);
  }

  @Override
  public void gradient(
      Span d, int image, int row0, int r, int used, int n, int apart, float[] f, int at) {
    int pairs = Ranges.ceilDiv(g.cols(), 2);
    for (int row = 0; row < r; row++) {
      int line = at + row * (g.planeCols() / 2) * apart;
      int source = d.offset() + (image * g.rows() + row0 + row) * g.cols() * g.dPixel();
      rounding.lines(g.cols(), used, d.array(), source, g.dPixel(), f, line, apart);
      for (int i = 0; used < n && i < pairs; i++) {
        Arrays.fill(f, line + i * apart + used, line + i * apart + n, 0);
      }
      for (int i = pairs; i < g.planeCols() / 2; i++) {
        Arrays.fill(f, line + i * apart, line + i * apart + n, 0);
      }
    }
  }
}
