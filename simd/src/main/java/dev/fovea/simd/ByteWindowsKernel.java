package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Layout;
import dev.fovea.op.Quantized;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;

/** The depthwise convolution 3×3 of bytes by {@link ByteWindows}; a task is rows of the result. */
final class ByteWindowsKernel implements TaskKernel {
  private static final int SIDE = 3;

  /** Results that are worth a task of their own. */
  private static final int TASK = 1 << 16;

  private final ByteWindows windows;
  private final Window2d window;
  private final Shape x;
  private final Shape y;
  private final ByteWindows.Lines lines;
  private final int rows;
  private final int tasks;
  private final int table;

  ByteWindowsKernel(ByteWindows windows, Quantized.Conv2d op, Shape x, Shape y) {
    this.windows = windows;
    this.window = op.window();
    this.x = x;
    this.y = y;
    this.lines = lines(op, x, y);
    this.rows = y.dim(0) * y.dim(1);
    this.tasks = Ranges.clamp(y.elements() / TASK, 1, Math.min(32, rows));
    this.table = SIDE * Ranges.ceilDiv(rows, tasks);
  }

  private static ByteWindows.Lines lines(Quantized.Conv2d op, Shape x, Shape y) {
    Window2d w = op.window();
    return new ByteWindows.Lines(
        x.dim(2),
        y.dim(2),
        y.dim(3),
        w.strideWidth(),
        w.padLeft(),
        op.zero(),
        op.to().orElseThrow());
  }

  /**
   * Returns whether a convolution is one of such windows: to bytes, one channel per group, stride 1
   * or 2 along a row, over a side by one column at most.
   */
  static boolean suits(Quantized.Conv2d op, Shape x, Shape y) {
    Window2d w = op.window();
    boolean three = w.kernelHeight() == SIDE && w.kernelWidth() == SIDE;
    boolean dense = w.dilationHeight() == 1 && w.dilationWidth() == 1 && w.strideWidth() <= 2;
    boolean depthwise = op.groups() == x.dim(3) && op.groups() == y.dim(3);
    return three
        && dense
        && depthwise
        && op.to().isPresent()
        && x.dim(3) >= ByteWindows.LEAST_CHANNELS
        && w.padLeft() <= 1
        && lines(op, x, y).padRight() <= 1;
  }

  /** Returns the layout that weights [3, 3, 1, channels] are to have. */
  static Layout layout(ByteWindows windows, Shape weights) {
    return new Layout(windows.name(), Shape.of(windows.packedSize(weights.dim(3))), weights);
  }

  /** Returns the kernel that brings weights into that layout, as one task. */
  static TaskKernel packing(ByteWindows windows, Shape weights) {
    return new Packing(windows, weights.dim(3));
  }

  private record Packing(ByteWindows windows, int channels) implements TaskKernel {
    @Override
    public int tasks(int phase) {
      return 1;
    }

    @Override
    public void compute(int phase, int task, Operands o, Span own) {
      Span w = o.input(0);
      Span to = o.output();
      windows.pack(channels, w.bytes(), w.offset(), to.bytes(), to.offset());
    }
  }

  @Override
  public String algorithm() {
    return windows.name();
  }

  @Override
  public int tasks(int phase) {
    return tasks;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(table + windows.scratch(lines));
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int first = Ranges.begin(task, tasks, rows);
    int n = Ranges.begin(task + 1, tasks, rows) - first;
    for (int r = 0; r < n; r++) {
      locate(first + r, o.input(0).offset(), own.array(), own.offset() + SIDE * r);
    }
    windows.compute(
        lines,
        n,
        o.input(0).bytes(),
        own.array(),
        own.offset(),
        own.offset() + table,
        o.input(1).bytes(),
        o.input(1).offset(),
        o.input(Quantized.Conv2d.MULTIPLIER),
        o.input(Quantized.Conv2d.BIAS),
        o.output().bytes(),
        o.output().offset() + first * y.dim(2) * y.dim(3));
  }

  /** Writes where the rows of the image begin that a row of the result reads, or −1 for padding. */
  private void locate(int row, int base, float[] table, int to) {
    int top = row % y.dim(1) * window.strideHeight() - window.padTop();
    int image = row / y.dim(1) * x.dim(1);
    for (int k = 0; k < SIDE; k++) {
      int h = top + k;
      boolean inside = h >= 0 && h < x.dim(1);
      int place = inside ? base + (image + h) * x.dim(2) * x.dim(3) : -1;
      table[to + k] = Float.intBitsToFloat(place);
    }
  }
}
