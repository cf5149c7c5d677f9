package dev.fovea.engine.kernel;

import dev.fovea.engine.kernel.ByteProducts.Block;
import dev.fovea.op.Layout;
import dev.fovea.op.Quantized;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;

/**
 * The convolution of bytes as products of blocks: pixels are cut into rows of a block, the columns
 * of a group into parts of {@value #PART}. What multiplies is an argument.
 */
public final class ByteConvolution implements TaskKernel {
  /** Columns whose weights are packed together and multiplied at once. */
  public static final int PART = 128;

  /** Operations that are worth a task of their own. */
  private static final long TASK = 1 << 20;

  private final ByteProducts products;
  private final Window2d window;
  private final Shape x;
  private final Shape y;
  private final int groupIn;
  private final int groupOut;
  private final int parts;
  private final int blocks;
  private final int units;
  private final int tasks;
  private final int scratch;
  private final int packed;

  /** Whether each row of the result reads the pixel of the same number. */
  private final boolean direct;

  /** The sizes of blocks by part, of the most rows and of one row fewer. */
  private final Block[] large;

  private final Block[] small;

  /**
   * Creates the kernel.
   *
   * @param op the convolution, whose weights lie as {@link #layout} says
   * @param x the shape of its input
   * @param y the shape of its result
   */
  public ByteConvolution(ByteProducts products, Quantized.Conv2d op, Shape x, Shape y) {
    this.products = products;
    this.window = op.window();
    this.x = x;
    this.y = y;
    this.groupIn = x.dim(3) / op.groups();
    this.groupOut = y.dim(3) / op.groups();
    this.parts = Math.ceilDiv(groupOut, PART);
    this.packed = ByteParts.packedSize(products, window.taps(), groupIn, groupOut);
    this.direct = window.equals(Window2d.of(1, 1));
    int pixels = pixels();
    this.blocks = Math.ceilDiv(pixels, products.rows(window.taps(), groupIn));
    this.units = op.groups() * parts * blocks;
    long work = 2L * y.elements() * window.taps() * groupIn;
    this.tasks = Math.clamp(work / TASK, 1, units);
    this.large = new Block[op.groups() * parts];
    this.small = new Block[large.length];
    int most = Math.ceilDiv(pixels, blocks);
    int floats = 0;
    for (int i = 0; i < large.length; i++) {
      large[i] = block(op, i, most);
      small[i] = block(op, i, most - 1);
      floats = Math.max(floats, products.scratch(large[i]));
    }
    this.scratch = window.taps() * most + floats;
  }

  private Block block(Quantized.Conv2d op, int i, int m) {
    int first = i % parts * PART;
    int columns = Math.min(PART, groupOut - first);
    int column = i / parts * groupOut + first;
    return new Block(m, window.taps(), groupIn, column, columns, op.zero(), op.to(), y.dim(3));
  }

  /** Returns the layout that weights [kh, kw, Cin/groups, Cout] are to have. */
  public static Layout layout(ByteProducts products, Quantized.Conv2d op, Shape weights) {
    int taps = weights.dim(0) * weights.dim(1);
    int size = ByteParts.packedSize(products, taps, weights.dim(2), weights.dim(3) / op.groups());
    Shape all = Shape.of(Math.multiplyExact(op.groups(), size));
    return new Layout(products.name(), all, weights);
  }

  /** Returns the kernel that brings weights into that layout. */
  public static TaskKernel packing(ByteProducts products, Quantized.Conv2d op, Shape weights) {
    return new Packing(products, op.groups(), weights);
  }

  /** Packs weights; a task is a group. */
  private record Packing(ByteProducts products, int groups, Shape weights) implements TaskKernel {
    @Override
    public int tasks(int phase) {
      return groups;
    }

    @Override
    public void compute(int phase, int task, Operands operands, Span own) {
      Span from = operands.input(0);
      Span to = operands.output();
      int taps = weights.dim(0) * weights.dim(1);
      int inner = weights.dim(2);
      int all = weights.dim(3);
      int columns = all / groups;
      int at = to.offset() + task * ByteParts.packedSize(products, taps, inner, columns);
      int first = from.offset() + task * columns;
      ByteParts.pack(products, taps, inner, columns, from.bytes(), first, all, to.bytes(), at);
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

  private int pixels() {
    return y.dim(0) * y.dim(1) * y.dim(2);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    int end = ByteParts.begin(task + 1, tasks, units);
    for (int unit = ByteParts.begin(task, tasks, units); unit < end; unit++) {
      int part = unit / blocks;
      int pixel = ByteParts.begin(unit % blocks, blocks, pixels());
      int m = ByteParts.begin(unit % blocks + 1, blocks, pixels()) - pixel;
      locate(part / parts, pixel, m, operands.input(0).offset(), own);
      product(part, m == large[part].m() ? large[part] : small[part], pixel, operands, own);
    }
  }

  private void product(int part, Block b, int pixel, Operands o, Span own) {
    Span w = o.input(1);
    int full = products.packedSize(b.taps(), b.inner(), PART);
    int wo = w.offset() + part / parts * packed + part % parts * full;
    products.product(
        b,
        o.input(0).bytes(),
        own.array(),
        own.offset(),
        own.offset() + b.taps() * large[part].m(),
        w.bytes(),
        wo,
        o.input(Quantized.Conv2d.MULTIPLIER),
        o.input(Quantized.Conv2d.BIAS),
        o.output(),
        pixel * y.dim(3) + b.column());
  }

  /** Writes where each tap of each pixel of a block reads, or −1 for padding. */
  private void locate(int group, int pixel, int m, int base, Span own) {
    int first = base + group * groupIn;
    if (direct) {
      for (int r = 0; r < m; r++) {
        int offset = first + (pixel + r) * x.dim(3);
        own.array()[own.offset() + r] = Float.intBitsToFloat(offset);
      }
      return;
    }
    int column = pixel % y.dim(2);
    int row = pixel / y.dim(2) % y.dim(1);
    int image = pixel / y.dim(2) / y.dim(1);
    for (int r = 0; r < m; r++) {
      locate(image, row, column, m, first, own.array(), own.offset() + r);
      if (++column == y.dim(2)) {
        column = 0;
        row++;
      }
      if (row == y.dim(1)) {
        row = 0;
        image++;
      }
    }
  }

  private void locate(int image, int row, int column, int m, int first, float[] table, int to) {
    int top = row * window.strideHeight() - window.padTop();
    int left = column * window.strideWidth() - window.padLeft();
    int at = to;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int h = top + ky * window.dilationHeight();
      boolean inside = h >= 0 && h < x.dim(1);
      int line = first + (image * x.dim(1) + h) * x.dim(2) * x.dim(3);
      for (int kx = 0; kx < window.kernelWidth(); kx++, at += m) {
        int w = left + kx * window.dilationWidth();
        int offset = inside && w >= 0 && w < x.dim(2) ? line + w * x.dim(3) : -1;
        table[at] = Float.intBitsToFloat(offset);
      }
    }
  }
}
