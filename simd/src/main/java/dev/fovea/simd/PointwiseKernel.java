package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;
import java.util.Arrays;

/**
 * Convolution 1×1 and matrix product: each output pixel reads the input pixel of its own place.
 *
 * <p>The sums of a tile begin in registers with bias and residual and are stored from there, so
 * that nothing but results fills the store buffer while memory fetches their lines. A tile's blocks
 * of columns follow each other, as the result lies in memory, while their panels stay in the L2
 * cache.
 */
final class PointwiseKernel implements Kernel {
  /** Floats of panels that may be swept at once: half of an L2 cache of 1 MiB. */
  private static final int PANELS = 131_072;

  /** Tiles whose inputs are read again for each sweep. */
  private static final int TILES = 16;

  private static final int MOST_INNER = 4096;
  private static final int MR = Micro.ROWS;

  private final Sliding s;
  private final Panels panels;
  private final Epilogue epilogue;
  private final Finish finish;
  private final boolean packed;
  private final int nr;
  private final int tiles;
  private final int tileRows;
  private final int chunks;
  private final int blockParts;
  private final int blocksAtOnce;

  PointwiseKernel(Sliding s, Panels panels, Epilogue epilogue, boolean packed) {
    this.s = s;
    this.panels = panels;
    this.epilogue = epilogue;
    this.finish = new Finish(panels.micro(), epilogue);
    this.packed = packed;
    this.nr = panels.micro().columns();
    int pixels = pixels();
    this.tiles = Math.max(1, Ranges.ceilDiv(pixels, panels.micro().maxRows()));
    this.tileRows = Ranges.ceilDiv(pixels, tiles);
    boolean small = 2L * pixels * s.inner() * s.columns() * s.groups() < Ranges.SMALL;
    int even = Math.max(4, Ranges.ceilDiv(tiles * s.groups(), 24));
    this.chunks = small ? 1 : Ranges.ceilDiv(tiles, Math.min(TILES, even));
    int wanted = Ranges.ceilDiv(16, chunks * s.groups());
    this.blockParts = small ? 1 : Math.min(panels.blocks(), wanted);
    this.blocksAtOnce = Math.max(1, PANELS / Math.max(1, s.inner() * nr));
  }

  /** Returns whether a geometry and its epilogue are for this kernel. */
  static boolean suits(Sliding s, Epilogue epilogue) {
    Activation.Kind f = epilogue.activation().kind();
    boolean known = f == Activation.Kind.IDENTITY || f == Activation.Kind.RELU;
    return known && s.isPointwise() && s.inner() >= 1 && s.inner() <= MOST_INNER;
  }

  private int pixels() {
    return s.n() * s.outHeight() * s.outWidth();
  }

  @Override
  public int phases() {
    return packed ? 1 : 2;
  }

  @Override
  public int tasks(int phase) {
    return isPacking(phase) ? panels.tasks() : chunks * s.groups() * blockParts;
  }

  private boolean isPacking(int phase) {
    return !packed && phase == 0;
  }

  @Override
  public int workspace() {
    return packed ? 0 : panels.size();
  }

  /** A line of bias, a table of offsets and a tile for the last, partial block of columns. */
  @Override
  public int scratch() {
    return nr + 16 + MR * nr;
  }

  @Override
  public void run(int phase, int task, Operands operands, Span own) {
    if (isPacking(phase)) {
      Span b = operands.input(1);
      Span to = operands.workspace();
      panels.pack(task, b.array(), b.offset(), to.array(), to.offset());
    } else if (pixels() > 0) {
      Arrays.fill(own.array(), own.offset(), own.offset() + nr, 0);
      // Chunks follow each other under the same panels, which stay in the L2 cache meanwhile.
      int chunk = task % chunks;
      int part = task / chunks % blockParts;
      int group = task / chunks / blockParts;
      int b1 = Ranges.begin(part + 1, blockParts, panels.blocks());
      for (int b = Ranges.begin(part, blockParts, panels.blocks()); b < b1; b += blocksAtOnce) {
        sweep(group, chunk, b, Math.min(b1, b + blocksAtOnce), operands, own);
      }
    }
  }

  private void sweep(int group, int chunk, int begin, int end, Operands operands, Span own) {
    int last = Ranges.begin(chunk + 1, chunks, tiles);
    for (int t = Ranges.begin(chunk, chunks, tiles); t < last; t++) {
      // All tiles have the same number of rows; the last computes some of its neighbour's again.
      int pixel = Math.min(t * tileRows, pixels() - tileRows);
      for (int b = begin; b < end; b++) {
        if (panels.used(b) == nr) {
          tile(group, b, pixel, operands, own);
        } else {
          partialTile(group, b, pixel, operands, own);
        }
      }
    }
  }

  /** Returns where a block's column of the result lies within a pixel. */
  private int column(int group, int block) {
    return group * s.groupOut() + block * nr;
  }

  private int bias(int group, int block) {
    int first = s.outChannels() > s.columns() ? group * s.columns() : 0;
    return first + block * nr;
  }

  private void tile(int group, int block, int pixel, Operands operands, Span own) {
    Span x = operands.input(0);
    int xo = x.offset() + group * s.groupIn() + pixel * s.inChannels();
    Span w = packed ? operands.input(1) : operands.workspace();
    int wo = w.offset() + panels.at(group, block);
    Span y = operands.output();
    int at = pixel * s.outChannels() + column(group, block);
    int ys = s.outChannels();
    // Without a bias the line of zeros that the task began with.
    float[] b = own.array();
    int bo = own.offset();
    if (epilogue.bias()) {
      b = operands.input(epilogue.biasInput()).array();
      bo = operands.input(epilogue.biasInput()).offset() + bias(group, block);
    }
    boolean relu = epilogue.activation().kind() == Activation.Kind.RELU;
    Micro micro = panels.micro();
    int k = s.inner();
    int xs = s.inChannels();
    if (epilogue.residual()) {
      Span r = operands.input(epilogue.residualInput());
      int ro = r.offset() + at;
      float[] ra = r.array();
      micro.productAdd(
          tileRows,
          k,
          x.array(),
          xo,
          xs,
          w.array(),
          wo,
          b,
          bo,
          relu,
          ra,
          ro,
          y.array(),
          y.offset() + at,
          ys);
    } else {
      micro.product(
          tileRows,
          k,
          x.array(),
          xo,
          xs,
          w.array(),
          wo,
          b,
          bo,
          relu,
          y.array(),
          y.offset() + at,
          ys);
    }
  }

  /** Computes a block with fewer columns than a panel aside and stores those that there are. */
  private void partialTile(int group, int block, int pixel, Operands operands, Span own) {
    float[] f = own.array();
    int line = own.offset();
    int table = line + nr;
    int sums = table + 16;
    int used = panels.used(block);
    if (epilogue.bias()) {
      Arrays.fill(f, line, line + nr, 0);
      Span bias = operands.input(epilogue.biasInput());
      System.arraycopy(bias.array(), bias.offset() + bias(group, block), f, line, used);
    }
    for (int i = 0; i < tileRows; i++) {
      f[table + i] = Float.intBitsToFloat((pixel + i) * s.outChannels());
    }
    Span x = operands.input(0);
    int xo = x.offset() + group * s.groupIn() + pixel * s.inChannels();
    Span w = packed ? operands.input(1) : operands.workspace();
    int wo = w.offset() + panels.at(group, block);
    panels
        .micro()
        .product(
            tileRows,
            s.inner(),
            x.array(),
            xo,
            s.inChannels(),
            w.array(),
            wo,
            f,
            line,
            false,
            f,
            sums,
            nr);
    finish.store(operands, tileRows, column(group, block), used, f, sums, f, table);
  }
}
