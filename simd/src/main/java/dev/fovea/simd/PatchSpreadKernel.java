package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposed convolution of several small images to a few channels: the products of a pixel with a
 * row of the window, [columns of the window · channels], are neighbours in the result. Those of all
 * rows of the window that reach a row of the result are summed first, per column of the image, and
 * then added there, the first column in all rows before the next: neighbours overlap, and a number
 * that was just stored is not read at once.
 *
 * <p>Summing per result pixel instead would multiply with the zeros around the small image, which
 * for 5×5 windows on 10×10 pixels are half of all products.
 */
final class PatchSpreadKernel implements TaskKernel {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final VectorSpecies<Integer> BITS = S.withLanes(int.class);
  private static final int L = S.length();

  /** All bits of as many lanes as a vector has, then none of as many. */
  private static final int[] KEPT = kept();

  private static final int FEW_CHANNELS = 12;
  private static final int FEW_IMAGES = 8;

  /** The most floats of a result's image with its border that a worker holds. */
  private static final int IMAGE = 49_152;

  /** The most floats that a worker holds in all: an image with its border, sums, a turned image. */
  private static final int SCRATCH = 4 * IMAGE;

  /** About how many sums are held before they are added: half of an L1 cache. */
  private static final int SUMS = 4_096;

  private final Window2d v;
  private final Panels panels;
  private final int n;
  private final int rows;
  private final int cols;
  private final int inner;
  private final int channels;
  private final int height;
  private final int width;
  private final int lines;
  private final int line;

  /** The lines of the result for which sums are held at once. */
  private final int strip;

  /**
   * Whether a copy of an image holds column by column, each from below upwards, so that what
   * neighbouring rows of the window multiply for a line follows each other.
   */
  private final boolean turned;

  PatchSpreadKernel(ConvTranspose2d op, Shape y, Shape w, Panels panels) {
    this.v = op.window();
    this.panels = panels;
    this.n = y.dim(0);
    this.rows = y.dim(1);
    this.cols = y.dim(2);
    this.inner = y.dim(3);
    this.channels = w.dim(2);
    this.height = op.height();
    this.width = op.width();
    this.lines = lines(op, y);
    this.line = line(op, y, w);
    this.strip = Math.clamp(SUMS / (cols * panels.width()), 1, lines);
    this.turned = isTurned(v);
  }

  private static int[] kept() {
    int[] bits = new int[2 * L];
    Arrays.fill(bits, 0, L, -1);
    return bits;
  }

  /** Returns whether this kernel suits a geometry. */
  static boolean suits(ConvTranspose2d op, Shape y, Shape w) {
    Window2d v = op.window();
    int row = v.kernelWidth() * w.dim(2);
    return op.groups() == 1
        && v.dilationWidth() == 1
        && v.taps() > 1
        && w.dim(2) <= FEW_CHANNELS
        && row >= Micros.VECTORS.widest().columns() / 2
        && y.dim(0) >= FEW_IMAGES
        && y.elements() > 0
        && (long) lines(op, y) * line(op, y, w) <= IMAGE
        && mostScratch(op, y, w) <= SCRATCH;
  }

  /** Returns how many floats a worker holds at most, whichever panels are used. */
  private static long mostScratch(ConvTranspose2d op, Shape y, Shape w) {
    int panel = Micros.VECTORS.widest().columns();
    long image = (long) lines(op, y) * line(op, y, w) + L + panel;
    long sums = Math.max(SUMS, (long) y.dim(2) * panel);
    return image + sums + (isTurned(op.window()) ? y.elements() / y.dim(0) : 0);
  }

  private static boolean isTurned(Window2d v) {
    return v.kernelHeight() > 1 && v.dilationHeight() == v.strideHeight();
  }

  /** Returns the length of a row of the image with its border. */
  private static int line(ConvTranspose2d op, Shape y, Shape w) {
    Window2d v = op.window();
    return ((y.dim(2) - 1) * v.strideWidth() + v.kernelWidth()) * w.dim(2);
  }

  /** Returns the number of rows of the image with its border. */
  private static int lines(ConvTranspose2d op, Shape y) {
    return (y.dim(1) - 1) * op.window().strideHeight() + op.window().spanHeight();
  }

  /** Returns a panel for each row of the window: [inner, columns of the window · channels]. */
  static Panels panels(Micros micros, Shape w) {
    int row = w.dim(1) * w.dim(2);
    int inner = w.dim(3);
    return new Panels(micros.forColumns(row), 1, w.dim(0), inner, row, 0, row * inner, 1, inner);
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(panels.size()).withScratch(scratch());
  }

  @Override
  public int tasks(int phase) {
    if (phase == 0) {
      return panels.tasks();
    }
    return Ranges.parts((long) n * rows * cols * inner * v.taps() * channels, n);
  }

  /** An image with its border, zeros in place of a bias, sums, and a turned image. */
  private int scratch() {
    return sums() + strip * cols * panels.width() + (turned ? rows * cols * inner : 0);
  }

  private int sums() {
    return image() + panels.width();
  }

  private int image() {
    return Ranges.roundUp(lines * line, L);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    if (phase == 0) {
      Span w = operands.input(1);
      Span to = operands.workspace();
      panels.pack(task, w.array(), w.offset(), to.array(), to.offset());
      return;
    }
    int end = Ranges.begin(task + 1, tasks(1), n);
    for (int i = Ranges.begin(task, tasks(1), n); i < end; i++) {
      Arrays.fill(own.array(), own.offset(), own.offset() + sums(), 0);
      Products in = products(image(i, operands.input(0), own), operands.workspace(), own);
      for (int h = 0; h < lines; h += strip) {
        for (int b = 0; b < panels.blocks(); b++) {
          spread(in, h, Math.min(strip, lines - h), b, own);
        }
      }
      store(i, operands.output(), own);
    }
  }

  /** Returns an image in the order in which it is read. */
  private Span image(int i, Span y, Span own) {
    int size = rows * cols * inner;
    int from = y.offset() + i * size;
    if (!turned) {
      return y.part(i * size, size);
    }
    int to = own.offset() + sums() + strip * cols * panels.width();
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        int at = to + (c * rows + rows - 1 - r) * inner;
        System.arraycopy(y.array(), from + (r * cols + c) * inner, own.array(), at, inner);
      }
    }
    return new Span(own.array(), to, size);
  }

  /** Returns what sums of an image read, and where they lie. */
  private Products products(Span image, Span w, Span own) {
    int step = turned ? rows * inner : inner;
    return Products.of(image, step, w, own.after(image()), own.after(sums()), panels.width());
  }

  /** Computes block b of the sums of some lines from h on, and adds them. */
  private void spread(Products in, int h, int count, int b, Span own) {
    float[] f = own.array();
    int nr = panels.width();
    int sums = own.offset() + sums();
    Products more = in.plus(in.y());
    for (int r = 0; r < count; r++) {
      sum(in, more, h + r, b, r * cols * nr);
    }
    for (int c = 0; c < cols; c++) {
      int to = own.offset() + h * line + c * v.strideWidth() * channels + b * nr;
      for (int r = 0; r < count; r++) {
        add(f, sums + (r * cols + c) * nr, to + r * line, nr, panels.used(b));
      }
    }
  }

  /**
   * Sums, for each column of an image, the products of the rows of the window that reach a line.
   *
   * @param more the same products, added to the sums that are there
   */
  private void sum(Products in, Products more, int h, int b, int sums) {
    boolean begun = false;
    for (int k = 0; k < v.kernelHeight(); ) {
      int row = row(h, k);
      int count = row < 0 ? 0 : 1;
      while (turned && count > 0 && k + count < v.kernelHeight() && row(h, k + count) >= 0) {
        count++;
      }
      if (count > 0) {
        int from = (turned ? rows - 1 - row : row * cols) * inner;
        int panel = panels.at(0, b) + k * inner * panels.width();
        tiles(begun ? more : in, count * inner, from, panel, sums);
        begun = true;
      }
      k += Math.max(1, count);
    }
    if (!begun) {
      int to = in.y().offset() + sums;
      Arrays.fill(in.y().array(), to, to + cols * panels.width(), 0);
    }
  }

  /** Returns the row of the image that row k of the window brings to line h, or −1. */
  private int row(int h, int k) {
    int down = h - k * v.dilationHeight();
    int row = down / v.strideHeight();
    return down >= 0 && down % v.strideHeight() == 0 && row < rows ? row : -1;
  }

  /** Computes sums of k products for all columns. */
  private void tiles(Products in, int k, int from, int panel, int sums) {
    Micro micro = panels.micro();
    int tiles = Ranges.ceilDiv(cols, micro.maxProductRows());
    for (int i = 0; i < tiles; i++) {
      int c = Ranges.begin(i, tiles, cols);
      int m = Ranges.begin(i + 1, tiles, cols) - c;
      micro.product(in, m, k, from + c * in.xs(), panel, 0, sums + c * in.ys());
    }
  }

  /**
   * Adds the first {@code used} of {@code count} products; the others, which are zero times a pixel
   * and so may be no numbers, count as zeros.
   */
  private static void add(float[] f, int from, int to, int count, int used) {
    for (int i = 0; i < count; i += L) {
      IntVector kept = IntVector.fromArray(BITS, KEPT, L - Math.clamp(used - i, 0, L));
      FloatVector products = FloatVector.fromArray(S, f, from + i);
      FloatVector sum = FloatVector.fromArray(S, f, to + i);
      sum.add(products.reinterpretAsInts().and(kept).reinterpretAsFloats()).intoArray(f, to + i);
    }
  }

  /** Copies the image without its border; what no window reached is zero. */
  private void store(int image, Span x, Span own) {
    int row = width * channels;
    int used = Math.clamp(line - (long) v.padLeft() * channels, 0, row);
    for (int h = 0; h < height; h++) {
      int to = x.offset() + (image * height + h) * row;
      int from = h + v.padTop();
      int copied = from < lines ? used : 0;
      if (copied > 0) {
        int at = own.offset() + from * line + v.padLeft() * channels;
        System.arraycopy(own.array(), at, x.array(), to, copied);
      }
      Arrays.fill(x.array(), to + copied, to + row, 0);
    }
  }
}
