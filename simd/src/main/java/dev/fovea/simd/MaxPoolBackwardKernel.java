package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max pooling's backward passes: dY goes to where each window of X is largest, or G is read there.
 *
 * <p>The place is found again rather than kept from the forward pass; among equal elements the
 * first wins, so a later one must be greater.
 */
final class MaxPoolBackwardKernel implements TaskKernel {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  private final Window2d v;
  private final boolean gather;
  private final int images;
  private final int height;
  private final int width;
  private final int channels;
  private final int rows;
  private final int cols;

  MaxPoolBackwardKernel(Window2d v, boolean gather, Shape x, Shape pooled) {
    this.v = v;
    this.gather = gather;
    this.images = x.dim(0);
    this.height = x.dim(1);
    this.width = x.dim(2);
    this.channels = x.dim(3);
    this.rows = pooled.dim(1);
    this.cols = pooled.dim(2);
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) images * height * width * channels * 2, images);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(v.taps());
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    int end = Ranges.begin(task + 1, tasks(0), images);
    int image = height * width * channels;
    for (int i = Ranges.begin(task, tasks(0), images); i < end; i++) {
      int written = 0;
      for (int row = 0; row < rows; row++) {
        int reach = row * v.strideHeight() - v.padTop() + v.spanHeight();
        written = clear(operands, i * height, written, Math.min(height, reach));
        for (int col = 0; col < cols; col++) {
          int taps = locate(row, col, own);
          int p = (i * rows + row) * cols + col;
          window(i * image, p * channels, taps, operands, own);
        }
      }
      clear(operands, i * height, written, height);
    }
  }

  /** Sets rows of dX to 0 just before the first window adds to them. */
  private int clear(Operands operands, int firstRow, int from, int to) {
    if (gather || to <= from) {
      return from;
    }
    Span dx = operands.output();
    int line = width * channels;
    int at = dx.offset() + (firstRow + from) * line;
    Arrays.fill(dx.array(), at, at + (to - from) * line, 0);
    return to;
  }

  /** Writes where the window's places lie in an image; returns how many are inside. */
  private int locate(int row, int col, Span own) {
    int n = 0;
    for (int t = 0; t < v.taps(); t++) {
      int h = row * v.strideHeight() - v.padTop() + t / v.kernelWidth() * v.dilationHeight();
      int w = col * v.strideWidth() - v.padLeft() + t % v.kernelWidth() * v.dilationWidth();
      if (h >= 0 && h < height && w >= 0 && w < width) {
        own.array()[own.offset() + n] = Float.intBitsToFloat((h * width + w) * channels);
        n++;
      }
    }
    return n;
  }

  private void window(int image, int pooled, int taps, Operands operands, Span own) {
    Span x = operands.input(0);
    Span g = operands.input(1);
    Span y = operands.output();
    float[] o = own.array();
    int oo = own.offset();
    int xo = x.offset() + image;
    int go = g.offset() + (gather ? image : pooled);
    int yo = y.offset() + (gather ? pooled : image);
    if (taps == 0) {
      if (gather) {
        Arrays.fill(y.array(), yo, yo + channels, 0);
      }
      return;
    }
    int end = S.loopBound(channels);
    for (int c = 0; c < end; c += L) {
      if (gather) {
        gather(x.array(), xo + c, o, oo, taps, g.array(), go + c, y.array(), yo + c);
      } else {
        scatter(x.array(), xo + c, o, oo, taps, g.array(), go + c, y.array(), yo + c);
      }
    }
    for (int c = end; c < channels; c++) {
      int at = largest(x.array(), xo + c, o, oo, taps);
      if (gather) {
        y.array()[yo + c] = g.array()[go + c + at];
      } else {
        y.array()[yo + c + at] += g.array()[go + c];
      }
    }
  }

  private static int largest(float[] x, int xo, float[] o, int oo, int taps) {
    int best = Float.floatToRawIntBits(o[oo]);
    for (int t = 1; t < taps; t++) {
      int at = Float.floatToRawIntBits(o[oo + t]);
      best = x[xo + at] > x[xo + best] ? at : best;
    }
    return best;
  }

  private static void gather(
      float[] x, int xo, float[] o, int oo, int taps, float[] g, int go, float[] y, int yo) {
    int first = Float.floatToRawIntBits(o[oo]);
    FloatVector best = FloatVector.fromArray(S, x, xo + first);
    FloatVector found = FloatVector.fromArray(S, g, go + first);
    for (int t = 1; t < taps; t++) {
      int at = Float.floatToRawIntBits(o[oo + t]);
      FloatVector next = FloatVector.fromArray(S, x, xo + at);
      VectorMask<Float> greater = next.compare(VectorOperators.GT, best);
      best = best.blend(next, greater);
      found = found.blend(FloatVector.fromArray(S, g, go + at), greater);
    }
    found.intoArray(y, yo);
  }

  private static void scatter(
      float[] x, int xo, float[] o, int oo, int taps, float[] g, int go, float[] y, int yo) {
    FloatVector best = FloatVector.fromArray(S, x, xo + Float.floatToRawIntBits(o[oo]));
    FloatVector place = FloatVector.zero(S);
    for (int t = 1; t < taps; t++) {
      FloatVector next = FloatVector.fromArray(S, x, xo + Float.floatToRawIntBits(o[oo + t]));
      VectorMask<Float> greater = next.compare(VectorOperators.GT, best);
      best = best.blend(next, greater);
      place = place.blend(t, greater);
    }
    FloatVector d = FloatVector.fromArray(S, g, go);
    FloatVector none = FloatVector.zero(S);
    for (int t = 0; t < taps; t++) {
      int at = yo + Float.floatToRawIntBits(o[oo + t]);
      VectorMask<Float> here = place.compare(VectorOperators.EQ, t);
      FloatVector.fromArray(S, y, at).add(none.blend(d, here)).intoArray(y, at);
    }
  }
}
