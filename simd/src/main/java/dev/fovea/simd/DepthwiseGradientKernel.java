package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Window2d;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The weight gradient of a depthwise convolution: vectors run over channels; each fixed share of
 * the rows has a partial sum, and a second phase adds these in order.
 */
final class DepthwiseGradientKernel implements TaskKernel {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  private final Correlation g;
  private final Window2d v;
  private final int channels;
  private final int rows;
  private final int shares;
  private final boolean three;
  private final boolean cut;

  DepthwiseGradientKernel(Correlation g) {
    this.g = g;
    this.v = g.window();
    this.channels = g.groups();
    this.rows = g.n() * g.rows();
    this.shares = Math.min(32, Ranges.parts((long) rows * g.cols() * channels, rows));
    int overhang = (g.cols() - 1) * v.strideWidth() + 2 - v.padLeft() - (g.width() - 1);
    this.three = dense() && v.padLeft() <= 1 && overhang <= 1;
    this.cut = overhang == 1;
  }

  private boolean dense() {
    boolean square = v.strideHeight() == v.strideWidth() && v.strideWidth() <= 2;
    boolean plain = v.dilationHeight() * v.dilationWidth() == 1;
    return square && plain && v.kernelHeight() == 3 && v.kernelWidth() == 3;
  }

  /** Returns whether this kernel suits a geometry: one channel per group, enough for a vector. */
  static boolean suits(Correlation g) {
    return g.inner() == 1 && g.columns() == 1 && g.groups() >= L && g.xGroup() == 1;
  }

  private int weights() {
    return v.taps() * channels;
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? shares : 1;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(shares * weights()).withZeros(three ? channels : 0);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    float[] w = operands.workspace().array();
    int at = operands.workspace().offset();
    if (phase == 1) {
      Span y = operands.output();
      System.arraycopy(w, at, y.array(), y.offset(), weights());
      for (int i = 1; i < shares; i++) {
        Pairs.apply(
            BinaryFunction.ADD,
            y.array(),
            y.offset(),
            w,
            at + i * weights(),
            y.array(),
            y.offset(),
            weights());
      }
      return;
    }
    int sums = at + task * weights();
    Arrays.fill(w, sums, sums + weights(), 0);
    int end = Ranges.begin(task + 1, shares, rows);
    for (int i = Ranges.begin(task, shares, rows); i < end; i++) {
      int whole = three ? channels / L * L : 0;
      if (three) {
        row(i, operands, w, sums);
      }
      for (int t = 0; t < v.taps() && whole < channels; t++) {
        tap(i, t, whole, operands, w, sums + t * channels);
      }
    }
  }

  private boolean inside(int h) {
    return h >= 0 && h < g.height();
  }

  /** Returns where, under the first window's centre, row h of an image begins; 0 outside. */
  private int line(Span x, int image, int h) {
    int pixel = (image * g.height() + h) * g.width() + 1 - v.padLeft();
    return inside(h) ? x.offset() + pixel * channels : 0;
  }

  private int distance(int h) {
    return inside(h) ? channels : 0;
  }

  /** Adds one row's products for all nine taps and all whole vectors of channels. */
  private void row(int row, Operands operands, float[] sums, int at) {
    Span x = operands.input(0);
    Span d = operands.input(1);
    int image = row / g.rows();
    int h = row % g.rows() * v.strideHeight() - v.padTop();
    int s0 = distance(h);
    int s1 = distance(h + 1);
    int s2 = distance(h + 2);
    boolean left = v.padLeft() == 0;
    int n = cut ? g.cols() - 1 : g.cols();
    for (int c = 0; c + L <= channels; c += L) {
      int r0 = line(x, image, h) + c;
      int r1 = line(x, image, h + 1) + c;
      int r2 = line(x, image, h + 2) + c;
      int d0 = d.offset() + row * g.cols() * channels + c;
      if (v.strideWidth() == 1) {
        DepthwiseLoops.weights(
            x.array(), r0, s0, r1, s1, r2, s2, d.array(), d0, channels, left, n, cut, sums, at + c);
      } else {
        DepthwiseLoops.weightsApart(
            x.array(), r0, s0, r1, s1, r2, s2, d.array(), d0, channels, left, n, cut, sums, at + c);
      }
    }
  }

  /** Adds one row's products for one tap and the channels from {@code first} on. */
  private void tap(int row, int tap, int first, Operands operands, float[] sums, int at) {
    int h = row % g.rows() * v.strideHeight() - v.padTop();
    h += tap / v.kernelWidth() * v.dilationHeight();
    if (h < 0 || h >= g.height()) {
      return;
    }
    int left = tap % v.kernelWidth() * v.dilationWidth() - v.padLeft();
    int step = v.strideWidth();
    int from = left >= 0 ? 0 : Ranges.ceilDiv(-left, step);
    int to = g.width() - 1 - left < 0 ? 0 : Math.min(g.cols(), (g.width() - 1 - left) / step + 1);
    if (from >= to) {
      return;
    }
    Span x = operands.input(0);
    Span d = operands.input(1);
    int line = row / g.rows() * g.height() + h;
    int xo = x.offset() + (line * g.width() + left + from * step) * channels;
    int d0 = d.offset() + (row * g.cols() + from) * channels;
    for (int c = first; c + L <= channels; c += L) {
      block(
          to - from, x.array(), xo + c, step * channels, d.array(), d0 + c, channels, sums, at + c);
    }
    for (int c = channels / L * L; c < channels; c++) {
      float sum = sums[at + c];
      for (int i = 0; i < to - from; i++) {
        sum += x.array()[xo + c + i * step * channels] * d.array()[d0 + c + i * channels];
      }
      sums[at + c] = sum;
    }
  }

  private static void block(
      int n, float[] x, int xo, int step, float[] d, int d0, int pitch, float[] sums, int at) {
    FloatVector a = FloatVector.fromArray(S, sums, at);
    FloatVector b = FloatVector.zero(S);
    int even = n & -2;
    for (int i = 0; i < even; i += 2) {
      int p = xo + i * step;
      int q = d0 + i * pitch;
      a = FloatVector.fromArray(S, x, p).fma(FloatVector.fromArray(S, d, q), a);
      b = FloatVector.fromArray(S, x, p + step).fma(FloatVector.fromArray(S, d, q + pitch), b);
    }
    if (even < n) {
      FloatVector last = FloatVector.fromArray(S, x, xo + even * step);
      a = last.fma(FloatVector.fromArray(S, d, d0 + even * pitch), a);
    }
    a.add(b).intoArray(sums, at);
  }
}
