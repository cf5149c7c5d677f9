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
 * row of the window, [columns of the window · channels], are neighbours in the result and are added
 * there.
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

  /** The most floats of an image that is kept in the worker's memory. */
  private static final int IMAGE = 49_152;

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
        && (long) lines(op, y) * line(op, y, w) <= IMAGE;
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

  /** An image with its border, zeros in place of a bias, and the products of a tile. */
  private int scratch() {
    return image() + (Micro.PRODUCT_ROWS + 1) * panels.width();
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
    int bias = own.offset() + image();
    Arrays.fill(own.array(), bias, bias + panels.width(), 0);
    int end = Ranges.begin(task + 1, tasks(1), n);
    for (int i = Ranges.begin(task, tasks(1), n); i < end; i++) {
      Arrays.fill(own.array(), own.offset(), own.offset() + lines * line, 0);
      spread(i, operands, own);
      store(i, operands.output(), own);
    }
  }

  /** Adds the products of all pixels of an image, a tile of pixels after the other. */
  private void spread(int image, Operands operands, Span own) {
    int pixels = rows * cols;
    int tiles = Ranges.ceilDiv(pixels, panels.micro().maxProductRows());
    for (int t = 0; t < tiles; t++) {
      int first = Ranges.begin(t, tiles, pixels);
      int m = Ranges.begin(t + 1, tiles, pixels) - first;
      for (int i = 0; i < v.kernelHeight(); i++) {
        for (int b = 0; b < panels.blocks(); b++) {
          tile(image, first, m, i, b, operands, own);
        }
      }
    }
  }

  /** Adds the products of m pixels with block b of row i of the window. */
  private void tile(int image, int first, int m, int i, int b, Operands operands, Span own) {
    Span y = operands.input(0);
    Span w = operands.workspace();
    float[] f = own.array();
    int nr = panels.width();
    int bias = own.offset() + image();
    int from = bias + nr;
    int pixels = y.offset() + (image * rows * cols + first) * inner;
    int panel = w.offset() + panels.at(0, b) + i * inner * nr;
    panels
        .micro()
        .product(m, inner, y.array(), pixels, inner, w.array(), panel, f, bias, false, f, from, nr);
    int used = panels.used(b);
    int top = own.offset() + i * v.dilationHeight() * line + b * nr;
    int right = v.strideWidth() * channels;
    int down = v.strideHeight() * line;
    int row = first / cols;
    int col = first % cols;
    for (int r = 0; r < m; r++) {
      add(f, from + r * nr, top + row * down + col * right, nr, used);
      col++;
      if (col == cols) {
        col = 0;
        row++;
      }
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
