package dev.fovea.engine.kernel;

import dev.fovea.engine.kernel.ByteProducts.Block;
import dev.fovea.op.Layout;
import dev.fovea.op.Quantized;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The convolution of images of few channels of bytes, as products of blocks: a row of the window
 * lies in one piece in a row of the image, so that it is one tap. Where the window reaches over a
 * side of the image, the part of it that is inside has packed weights of its own.
 */
public final class NarrowByteConvolution implements TaskKernel {
  /** With as many channels the taps of a window are long enough by themselves. */
  private static final int FEW = 8;

  /** Results of a row with the same part of the window that are computed at once. */
  private static final int LONG = 8;

  /** Operations that are worth a task of their own. */
  private static final long TASK = 1 << 22;

  private final ByteProducts products;
  private final Window2d window;
  private final Shape x;
  private final Shape y;
  private final List<Part> parts = new ArrayList<>();
  private final int rows;
  private final int tasks;
  private final int table;
  private final int scratch;

  /**
   * The columns of the window that lie in the image.
   *
   * @param from the first
   * @param to the one behind the last
   */
  private record Inside(int from, int to) {
    int width() {
      return to - from;
    }
  }

  /** Neighbouring columns of the result of whose windows the same columns lie in the image. */
  private record Stretch(int first, int count, Inside inside) {
    Stretch longer() {
      return new Stretch(first, count + 1, inside);
    }
  }

  /**
   * Some channels of the results of a stretch.
   *
   * @param large the sizes of a block
   * @param small those of a block with a row less
   * @param weights where the packed weights begin
   */
  private record Part(Stretch stretch, Block large, Block small, int weights) {
    /** Returns whether a block is results of a row; else it is results of a column. */
    boolean along() {
      return stretch.count >= LONG;
    }

    Block block(int m) {
      return m == large.m() ? large : small;
    }
  }

  /**
   * Creates the kernel.
   *
   * @param op the convolution, whose weights lie as {@link #layout} says
   * @param x the shape of its input
   * @param y the shape of its result
   */
  public NarrowByteConvolution(ByteProducts products, Quantized.Conv2d op, Shape x, Shape y) {
    this.products = products;
    this.window = op.window();
    this.x = x;
    this.y = y;
    this.rows = y.dim(0) * y.dim(1);
    int most = products.rows(window.kernelHeight(), window.kernelWidth() * x.dim(3));
    long work = 2L * y.elements() * window.taps() * x.dim(3);
    this.tasks = Math.clamp(Math.max(work / TASK, Math.ceilDiv(rows, most)), 1, rows);
    int longest = 0;
    int floats = 0;
    for (Stretch s : stretches(window, x, y)) {
      for (int c = 0; c < y.dim(3); c += ByteConvolution.PART) {
        Part part = part(op, s, c, most);
        parts.add(part);
        longest = Math.max(longest, part.large.m());
        floats = Math.max(floats, products.scratch(part.large));
      }
    }
    this.table = window.kernelHeight() * longest;
    this.scratch = table + floats;
  }

  private Part part(Quantized.Conv2d op, Stretch s, int column, int most) {
    boolean along = s.count >= LONG;
    int pieces = Math.ceilDiv(s.count, most);
    int m = along ? Math.ceilDiv(s.count, pieces) : Math.ceilDiv(rows, tasks);
    int step = along ? y.dim(3) : y.dim(2) * y.dim(3);
    int weights = 0;
    for (Inside i : insides(window)) {
      if (i.equals(s.inside)) {
        break;
      }
      weights += packedSize(products, window, i, x.dim(3), y.dim(3));
    }
    weights += packedSize(products, window, s.inside, x.dim(3), column);
    return new Part(s, block(op, s, column, m, step), block(op, s, column, m - 1, step), weights);
  }

  private Block block(Quantized.Conv2d op, Stretch s, int column, int m, int step) {
    int columns = Math.min(ByteConvolution.PART, y.dim(3) - column);
    int inner = s.inside.width() * x.dim(3);
    return new Block(m, window.kernelHeight(), inner, column, columns, op.zero(), op.to(), step);
  }

  /**
   * Returns whether a convolution is for this kernel: windows of several columns side by side, few
   * channels in one group, and no column of windows beside the image.
   */
  public static boolean suits(Quantized.Conv2d op, Shape x, Shape y) {
    Window2d w = op.window();
    return op.groups() == 1
        && x.dim(3) < FEW
        && w.kernelWidth() > 1
        && w.dilationWidth() == 1
        && insides(w)
            .containsAll(stretches(w, x, y).stream().map(Stretch::inside).distinct().toList());
  }

  /** Returns what may lie in the image of a window that reaches over one side at most. */
  private static List<Inside> insides(Window2d w) {
    int all = w.kernelWidth();
    List<Inside> insides = new ArrayList<>(List.of(new Inside(0, all)));
    for (int i = 1; i <= Math.min(w.padLeft(), all - 1); i++) {
      insides.add(new Inside(i, all));
    }
    for (int i = 1; i <= Math.min(w.padRight(), all - 1); i++) {
      insides.add(new Inside(0, all - i));
    }
    return insides;
  }

  private static List<Stretch> stretches(Window2d w, Shape x, Shape y) {
    List<Stretch> all = new ArrayList<>();
    for (int i = 0; i < y.dim(2); i++) {
      int left = i * w.strideWidth() - w.padLeft();
      int to = Math.min(w.kernelWidth(), x.dim(2) - left);
      Inside inside = new Inside(Math.max(0, -left), to);
      if (!all.isEmpty() && all.getLast().inside.equals(inside)) {
        all.add(all.removeLast().longer());
      } else {
        all.add(new Stretch(i, 1, inside));
      }
    }
    return all;
  }

  /** Returns how many bytes the packed weights of a part of the window take. */
  private static int packedSize(
      ByteProducts products, Window2d w, Inside inside, int channels, int columns) {
    return ByteParts.packedSize(products, w.kernelHeight(), inside.width() * channels, columns);
  }

  /** Returns the name of the layout of weights. */
  public static String layoutName(ByteProducts products) {
    return products.name() + " for few channels";
  }

  /** Returns the layout that weights [kh, kw, Cin, Cout] are to have. */
  public static Layout layout(ByteProducts products, Quantized.Conv2d op, Shape weights) {
    int size = 0;
    for (Inside i : insides(op.window())) {
      int part = packedSize(products, op.window(), i, weights.dim(2), weights.dim(3));
      size = Math.addExact(size, part);
    }
    return new Layout(layoutName(products), Shape.of(size), weights);
  }

  /** Returns the kernel that brings weights into that layout, as one task. */
  public static TaskKernel packing(ByteProducts products, Quantized.Conv2d op, Shape weights) {
    return new Packing(products, op.window(), weights);
  }

  private record Packing(ByteProducts products, Window2d window, Shape weights)
      implements TaskKernel {
    @Override
    public int tasks(int phase) {
      return 1;
    }

    @Override
    public void compute(int phase, int task, Operands o, Span own) {
      Span to = o.output();
      int at = to.offset();
      for (Inside i : insides(window)) {
        pack(i, o.input(0), to.bytes(), at);
        at += packedSize(products, window, i, weights.dim(2), weights.dim(3));
      }
    }

    /** Packs the weights of a part of the window, which are brought together before. */
    private void pack(Inside part, Span w, byte[] packed, int po) {
      int columns = weights.dim(3);
      int inner = part.width() * weights.dim(2);
      int taps = window.kernelHeight();
      int row = window.kernelWidth() * weights.dim(2) * columns;
      byte[] together = new byte[taps * inner * columns];
      for (int k = 0; k < taps; k++) {
        int from = w.offset() + k * row + part.from * weights.dim(2) * columns;
        System.arraycopy(w.bytes(), from, together, k * inner * columns, inner * columns);
      }
      ByteParts.pack(products, taps, inner, columns, together, 0, columns, packed, po);
    }
  }

  @Override
  public String algorithm() {
    return products.name();
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(scratch);
  }

  @Override
  public int tasks(int phase) {
    return tasks;
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int first = ByteParts.begin(task, tasks, rows);
    int end = ByteParts.begin(task + 1, tasks, rows);
    for (int i = 0; i < parts.size(); i++) {
      Part p = parts.get(i);
      if (p.along()) {
        for (int row = first; row < end; row++) {
          along(p, row, o, own);
        }
      } else {
        for (int j = 0; j < p.stretch.count; j++) {
          down(p, first, end - first, p.stretch.first + j, o, own);
        }
      }
    }
  }

  /** Computes a stretch of a row of results. */
  private void along(Part p, int row, Operands o, Span own) {
    int pieces = Math.ceilDiv(p.stretch.count, p.large.m());
    for (int i = 0; i < pieces; i++) {
      int from = ByteParts.begin(i, pieces, p.stretch.count);
      int m = ByteParts.begin(i + 1, pieces, p.stretch.count) - from;
      int column = p.stretch.first + from;
      for (int k = 0; k < window.kernelHeight(); k++) {
        int place = place(p, row, k, column, o.input(0).offset());
        int next = place < 0 ? 0 : window.strideWidth() * x.dim(3);
        for (int r = 0; r < m; r++) {
          own.array()[own.offset() + k * m + r] = Float.intBitsToFloat(place + r * next);
        }
      }
      product(p, p.block(m), row, column, o, own);
    }
  }

  /** Computes results of neighbouring rows in one column. */
  private void down(Part p, int row, int m, int column, Operands o, Span own) {
    for (int k = 0; k < window.kernelHeight(); k++) {
      for (int r = 0; r < m; r++) {
        int place = place(p, row + r, k, column, o.input(0).offset());
        own.array()[own.offset() + k * m + r] = Float.intBitsToFloat(place);
      }
    }
    product(p, p.block(m), row, column, o, own);
  }

  /** Returns where a row of the window of a result begins within the image, or −1 for padding. */
  private int place(Part p, int row, int k, int column, int base) {
    int top = row % y.dim(1) * window.strideHeight() - window.padTop();
    int h = top + k * window.dilationHeight();
    int left = column * window.strideWidth() - window.padLeft() + p.stretch.inside.from;
    boolean inside = h >= 0 && h < x.dim(1);
    int line = (row / y.dim(1) * x.dim(1) + h) * x.dim(2);
    return inside ? base + (line + left) * x.dim(3) : -1;
  }

  private void product(Part p, Block b, int row, int column, Operands o, Span own) {
    products.product(
        b,
        o.input(0).bytes(),
        own.array(),
        own.offset(),
        own.offset() + table,
        o.input(1).bytes(),
        o.input(1).offset() + p.weights,
        o.input(Quantized.Conv2d.MULTIPLIER),
        o.input(Quantized.Conv2d.BIAS),
        o.output(),
        (row * y.dim(2) + column) * y.dim(3) + b.column());
  }
}
