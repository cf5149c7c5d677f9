package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Epilogue;
import dev.fovea.simd.Sliding.Grid;
import dev.fovea.simd.Sliding.Tap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Depthwise convolution and its transpose: vectors run over channels, eight pixels share each
 * weight.
 */
final class DepthwiseKernel implements TaskKernel {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();
  private static final int PIXELS = 8;

  private final Sliding s;
  private final Epilogue epilogue;
  private final int channels;
  private final int mostTaps;
  private final int[] firstTile;

  DepthwiseKernel(Sliding s, Epilogue epilogue) {
    this.s = s;
    this.epilogue = epilogue;
    this.channels = s.groups();
    this.mostTaps = s.grids().stream().mapToInt(g -> g.taps().size()).max().orElse(0);
    this.firstTile = new int[s.grids().size() + 1];
    for (int i = 0; i < s.grids().size(); i++) {
      firstTile[i + 1] = firstTile[i] + Ranges.ceilDiv(pixels(s.grids().get(i)), PIXELS);
    }
  }

  /** Returns whether this kernel suits a geometry: one channel per group, enough for a vector. */
  static boolean suits(Sliding s) {
    return s.inner() == 1 && s.columns() == 1 && s.groups() >= L;
  }

  private int pixels(Grid g) {
    return s.n() * g.rows() * g.cols();
  }

  private int tiles() {
    return firstTile[firstTile.length - 1];
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) tiles() * PIXELS * channels * 4, tiles());
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE
        .withScratch(PIXELS * channels + PIXELS * (mostTaps + 1) + mostTaps)
        .withZeros(s.padded() ? channels : 0);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    int end = Ranges.begin(task + 1, tasks(0), tiles());
    int grid = 0;
    for (int t = Ranges.begin(task, tasks(0), tiles()); t < end; t++) {
      while (t >= firstTile[grid + 1]) {
        grid++;
      }
      tile(s.grids().get(grid), (t - firstTile[grid]) * PIXELS, operands, own);
    }
  }

  private void tile(Grid g, int pixel, Operands operands, Span own) {
    float[] f = own.array();
    int sums = own.offset();
    int table = sums + PIXELS * channels;
    int weights = table + PIXELS * (mostTaps + 1);
    Span x = operands.input(0);
    Span w = operands.input(1);
    locate(g, pixel, x.offset(), f, table);
    int taps = g.taps().size();
    for (int t = 0; t < taps; t++) {
      int at = w.offset() + g.taps().get(t).weight() * channels;
      f[weights + t] = Float.intBitsToFloat(at);
    }
    for (int c = 0; c < channels; c += L) {
      int at = Math.min(c, channels - L);
      block(taps, x.array(), at, f, table + PIXELS, w.array(), weights, sums + at, channels);
    }
    finish(g, pixel, operands, f, sums, table);
  }

  /** Writes the pixels' offsets in the output, then those in the input for each tap. */
  private void locate(Grid g, int pixel, int base, float[] f, int table) {
    int last = pixels(g) - 1;
    for (int i = 0; i < PIXELS; i++) {
      int p = Math.min(pixel + i, last);
      int col = p % g.cols();
      int row = p / g.cols() % g.rows();
      int image = p / g.cols() / g.rows();
      int outRow = image * s.outHeight() + row * g.stepDown() + g.top();
      int out = (outRow * s.outWidth() + col * g.stepRight() + g.left()) * channels;
      f[table + i] = Float.intBitsToFloat(out);
      for (int t = 0; t < g.taps().size(); t++) {
        Tap tap = g.taps().get(t);
        int h = row * s.strideHeight() + tap.dh();
        int w = col * s.strideWidth() + tap.dw();
        boolean inside = h >= 0 && h < s.inHeight() && w >= 0 && w < s.inWidth();
        int from = base + ((image * s.inHeight() + h) * s.inWidth() + w) * channels;
        f[table + PIXELS * (t + 1) + i] = Float.intBitsToFloat(inside ? from : 0);
      }
    }
  }

  private static int bits(float[] f, int i) {
    return Float.floatToRawIntBits(f[i]);
  }

  private static void block(
      int taps,
      float[] x,
      int xo,
      float[] f,
      int table,
      float[] w,
      int weights,
      int sums,
      int pitch) {
    FloatVector a = FloatVector.zero(S);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector g = a;
    FloatVector h = a;
    FloatVector k = a;
    for (int t = 0; t < taps; t++) {
      FloatVector v = FloatVector.fromArray(S, w, xo + bits(f, weights + t));
      int o = table + t * PIXELS;
      a = FloatVector.fromArray(S, x, xo + bits(f, o)).fma(v, a);
      b = FloatVector.fromArray(S, x, xo + bits(f, o + 1)).fma(v, b);
      c = FloatVector.fromArray(S, x, xo + bits(f, o + 2)).fma(v, c);
      d = FloatVector.fromArray(S, x, xo + bits(f, o + 3)).fma(v, d);
      e = FloatVector.fromArray(S, x, xo + bits(f, o + 4)).fma(v, e);
      g = FloatVector.fromArray(S, x, xo + bits(f, o + 5)).fma(v, g);
      h = FloatVector.fromArray(S, x, xo + bits(f, o + 6)).fma(v, h);
      k = FloatVector.fromArray(S, x, xo + bits(f, o + 7)).fma(v, k);
    }
    a.intoArray(f, sums);
    b.intoArray(f, sums + pitch);
    c.intoArray(f, sums + 2 * pitch);
    d.intoArray(f, sums + 3 * pitch);
    e.intoArray(f, sums + 4 * pitch);
    g.intoArray(f, sums + 5 * pitch);
    h.intoArray(f, sums + 6 * pitch);
    k.intoArray(f, sums + 7 * pitch);
  }

  private void finish(Grid g, int pixel, Operands operands, float[] f, int sums, int table) {
    int used = Math.min(PIXELS, pixels(g) - pixel);
    for (int i = 0; i < used; i++) {
      int at = sums + i * channels;
      if (epilogue.bias()) {
        Span bias = operands.input(epilogue.biasInput());
        add(f, at, bias.array(), bias.offset());
      }
      if (epilogue.residual()) {
        Span r = operands.input(epilogue.residualInput());
        add(f, at, r.array(), r.offset() + bits(f, table + i));
      }
    }
    Activations.finish(epilogue, f, sums, used * channels);
    Span y = operands.output();
    for (int i = 0; i < used; i++) {
      int to = y.offset() + bits(f, table + i);
      System.arraycopy(f, sums + i * channels, y.array(), to, channels);
    }
  }

  private void add(float[] f, int at, float[] x, int xo) {
    Pairs.apply(BinaryFunction.ADD, f, at, x, xo, f, at, channels);
  }
}
