package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Epilogue;
import dev.fovea.simd.FloatWindows.Lines;
import dev.fovea.simd.FloatWindows.Loops;
import dev.fovea.simd.Sliding.Grid;
import dev.fovea.simd.Sliding.Tap;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Depthwise convolution with 3×3 windows of stride 1 or 2, and its transpose of stride 1, row by
 * row; those of stride 1 may be dilated. The windows of every dilation-th pixel of a row are then
 * computed one after the other, and two rows that are as far apart together.
 *
 * <p>A task has all its weights in its own memory, in the order of the window, with the bias and
 * the places of rows behind them; where the number of rows is odd, it also has room for the row
 * that is thrown away.
 */
final class DepthwiseRowKernel implements TaskKernel {
  private static final int TAPS = 9;

  private final Sliding s;
  private final Grid grid;
  private final Epilogue epilogue;
  private final int channels;
  private final int pitch;
  private final int stride;
  private final int dilation;
  private final int top;
  private final int left;
  private final int[] weights;
  private final int step;
  private final int steps;

  /** Whether loops do all that comes after the bias. */
  private final boolean bounded;

  /** For the first window, and where they are dilated for others before the second: their loops. */
  private final List<Loops> loops;

  DepthwiseRowKernel(Sliding s, Epilogue epilogue, FloatWindows windows) {
    this.s = s;
    this.grid = s.grids().get(0);
    this.epilogue = epilogue;
    this.channels = s.groups();
    this.pitch = Lines.pitch(channels);
    this.stride = s.strideWidth();
    this.top = grid.taps().stream().mapToInt(Tap::dh).min().orElse(0);
    this.left = grid.taps().stream().mapToInt(Tap::dw).min().orElse(0);
    this.dilation = dilation(grid);
    this.weights = new int[TAPS];
    for (Tap t : grid.taps()) {
      weights[(t.dh() - top) / dilation * 3 + (t.dw() - left) / dilation] = t.weight();
    }
    this.step = stride == 1 ? 2 : 1;
    this.steps = Ranges.ceilDiv(grid.rows(), step * dilation) * dilation;
    Optional<Bounds> bounds = Bounds.of(epilogue.activation());
    this.bounded = !epilogue.residual() && bounds.isPresent();
    Bounds within = bounded ? bounds.orElseThrow() : Bounds.NONE;
    this.loops =
        IntStream.range(0, Math.min(dilation, grid.cols()))
            .mapToObj(first -> windows.loops(lines(first, within)))
            .toList();
  }

  private Lines lines(int first, Bounds within) {
    int columns = Ranges.ceilDiv(grid.cols() - first, dilation);
    boolean right = overhang(s) != dilation;
    return new Lines(channels, stride, left == 0, columns, right, dilation * channels, within);
  }

  /**
   * Returns whether this kernel suits a geometry: at most one column outside on each side, or where
   * it is dilated as many columns as keep the width.
   */
  static boolean suits(Sliding s) {
    if (!DepthwiseKernel.suits(s) || s.grids().size() != 1 || s.strideHeight() != s.strideWidth()) {
      return false;
    }
    Grid g = s.grids().get(0);
    int top = g.taps().stream().mapToInt(Tap::dh).min().orElse(0);
    int left = g.taps().stream().mapToInt(Tap::dw).min().orElse(0);
    int d = dilation(g);
    boolean dense =
        g.taps().size() == TAPS
            && g.taps().stream().allMatch(t -> isTap(t.dh() - top, d) && isTap(t.dw() - left, d));
    boolean whole = g.stepDown() * g.stepRight() == 1 && s.strideWidth() <= 2;
    boolean keeps = left == -d && overhang(s) == d && s.strideWidth() == 1;
    return dense && whole && (d == 1 ? left >= -1 && left <= 0 && overhang(s) <= 1 : keeps);
  }

  private static boolean isTap(int offset, int dilation) {
    return offset % dilation == 0 && offset / dilation < 3;
  }

  /** Returns how far apart the columns of a window are. */
  private static int dilation(Grid g) {
    int first = g.taps().stream().mapToInt(Tap::dw).min().orElse(0);
    int last = g.taps().stream().mapToInt(Tap::dw).max().orElse(0);
    return Math.max(1, (last - first) / 2);
  }

  /** Returns by how many columns the last window reaches over the right edge. */
  private static int overhang(Sliding s) {
    Grid g = s.grids().get(0);
    int last = g.taps().stream().mapToInt(Tap::dw).max().orElse(0);
    return (g.cols() - 1) * s.strideWidth() + last - (s.inWidth() - 1);
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts(4L * s.n() * grid.rows() * grid.cols() * channels, s.n() * steps);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE
        .withScratch(ownRow() + (grid.rows() % (step * dilation) == 0 ? 0 : grid.cols() * channels))
        .withZeros(s.padded() ? channels : 0);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    order(operands, own.array(), own.offset());
    int all = s.n() * steps;
    int end = Ranges.begin(task + 1, tasks(0), all);
    for (int i = Ranges.begin(task, tasks(0), all); i < end; i++) {
      int at = i % steps;
      int row = at / dilation * step * dilation + at % dilation;
      if (row < grid.rows()) {
        rows(i / steps, row, operands, own);
      }
    }
  }

  /** Returns where a row of results may lie that is thrown away: behind weights and places. */
  private int ownRow() {
    return (TAPS + 1) * pitch + FloatWindows.MOST_ROWS;
  }

  /** Brings the weights into the order of the window, with the bias behind them. */
  private void order(Operands operands, float[] f, int at) {
    Span w = operands.input(1);
    for (int t = 0; t < TAPS; t++) {
      int from = w.offset() + weights[t] * channels;
      System.arraycopy(w.array(), from, f, at + t * pitch, channels);
    }
    if (epilogue.bias()) {
      Span b = operands.input(epilogue.biasInput());
      System.arraycopy(b.array(), b.offset(), f, at + TAPS * pitch, channels);
    } else {
      Arrays.fill(f, at + TAPS * pitch, at + (TAPS + 1) * pitch, 0);
    }
  }

  private void rows(int image, int row, Operands operands, Span own) {
    Span x = operands.input(0);
    Span y = operands.output();
    int h = row * stride + top;
    int line = grid.cols() * channels;
    int to = y.offset() + (image * grid.rows() + row) * line;
    boolean one = row + (step - 1) * dilation >= grid.rows();
    float[] z = one ? own.array() : y.array();
    int second = to + dilation * line;
    int zo = one ? own.offset() + ownRow() : second;
    float[] f = own.array();
    int table = own.offset() + (TAPS + 1) * pitch;
    for (int first = 0; first < loops.size(); first++) {
      for (int k = 0; k < FloatWindows.MOST_ROWS; k++) {
        f[table + k] = Float.intBitsToFloat(place(x, image, h + k * dilation, first));
      }
      int shift = first * channels;
      Loops l = loops.get(first);
      l.compute(x.array(), f, table, own.offset(), y.array(), to + shift, z, zo + shift);
    }
    if (!bounded) {
      finish(operands, to, line);
      if (step == 2 && !one) {
        finish(operands, second, line);
      }
    }
  }

  /** Returns where row h is under the centre of a window, if it lies in the image. */
  private int place(Span x, int image, int h, int window) {
    boolean inside = h >= 0 && h < s.inHeight();
    int pixel = (image * s.inHeight() + h) * s.inWidth() + left + dilation + window;
    return inside ? x.offset() + pixel * channels : FloatWindows.OUTSIDE;
  }

  private void finish(Operands operands, int at, int n) {
    Span y = operands.output();
    if (epilogue.residual()) {
      Span r = operands.input(epilogue.residualInput());
      int from = r.offset() + at - y.offset();
      Pairs.apply(BinaryFunction.ADD, y.array(), at, r.array(), from, y.array(), at, n);
    }
    Activations.finish(epilogue, y.array(), at, n);
  }
}
