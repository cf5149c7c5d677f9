package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Contraction;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The weight gradient of a convolution: dW[ky, kx, ci, co] = Σ X[n, iy, ix, ci] · dY[n, oy, ox, co]
 * over all windows.
 *
 * <p>The windows are cut into chunks of whole rows; a unit of work is one chunk's sum for one (ky,
 * kx, ci), and a second phase adds the chunks in their order.
 */
final class ConvWeightGradientKernel implements TaskKernel {
  private static final int CHUNK_PIXELS = 1024;
  private static final int MAX_WORKSPACE = 1 << 20;

  private final Geometry geometry;
  private final int groups;
  private final int groupIn;
  private final int cin;
  private final int cout;
  private final int rows;
  private final int chunks;
  private final int weightRows;

  ConvWeightGradientKernel(Contraction.ConvWeightGradient op, List<Shape> inputs, Shape output) {
    Shape dy = inputs.get(1);
    this.geometry = Geometry.of(op.window(), inputs.get(0), dy);
    this.groups = op.groups();
    this.cin = inputs.get(0).dim(3);
    this.groupIn = output.dim(2);
    this.cout = output.dim(3);
    this.weightRows = output.dim(0) * output.dim(1) * groupIn;
    this.rows = dy.dim(0) * dy.dim(1);
    long wanted = (long) rows * dy.dim(2) / CHUNK_PIXELS;
    long affordable = MAX_WORKSPACE / Math.max(1, output.elements());
    this.chunks = (int) Math.max(1, Math.min(rows, Math.min(wanted, affordable)));
  }

  @Override
  public int phases() {
    return chunks > 1 ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    long pixels = (long) rows * geometry.outWidth() / chunks;
    return phase == 0
        ? Work.tasks(chunks * weightRows, 2 * pixels * cout)
        : Work.tasks(weightRows, (long) cout * chunks);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(chunks > 1 ? chunks * weightRows * cout : 0);
  }

  @Override
  public void compute(int phase, int task, Operands o, Span scratch) {
    int units = phase == 0 ? chunks * weightRows : weightRows;
    int from = Work.begin(units, tasks(phase), task);
    int to = Work.begin(units, tasks(phase), task + 1);
    for (int unit = from; unit < to; unit++) {
      if (phase == 0) {
        partial(unit, o);
      } else {
        total(unit, o);
      }
    }
  }

  private void partial(int unit, Operands o) {
    Span sums = chunks > 1 ? o.workspace() : o.output();
    int at = sums.offset() + unit * cout;
    int chunk = unit / weightRows;
    int weightRow = unit - chunk * weightRows;
    Arrays.fill(sums.array(), at, at + cout, 0);
    int to = Work.begin(rows, chunks, chunk + 1);
    for (int row = Work.begin(rows, chunks, chunk); row < to; row++) {
      addRow(row, weightRow, o, sums.array(), at);
    }
  }

  /** Adds one row of windows to the gradient of one row of weights. */
  private void addRow(int row, int weightRow, Operands o, float[] sums, int at) {
    int ci = weightRow % groupIn;
    int tap = weightRow / groupIn;
    int kx = tap % geometry.kernelWidth();
    int image = row / geometry.outHeight();
    int iy = geometry.row(row - image * geometry.outHeight(), tap / geometry.kernelWidth());
    if (iy < 0) {
      return;
    }
    int xRow = o.input(0).offset() + (image * geometry.height() + iy) * geometry.width() * cin;
    int dyRow = o.input(1).offset() + row * geometry.outWidth() * cout;
    for (int ox = 0; ox < geometry.outWidth(); ox++) {
      int ix = geometry.column(ox, kx);
      if (ix >= 0) {
        addPixel(o, xRow + ix * cin + ci, dyRow + ox * cout, sums, at);
      }
    }
  }

  private void addPixel(Operands o, int xAt, int dyAt, float[] sums, int at) {
    float[] x = o.input(0).array();
    float[] dy = o.input(1).array();
    int groupOut = cout / groups;
    for (int g = 0; g < groups; g++) {
      int first = g * groupOut;
      Lines.addScaled(x[xAt + g * groupIn], dy, dyAt + first, sums, at + first, groupOut);
    }
  }

  private void total(int weightRow, Operands o) {
    float[] y = o.output().array();
    int yAt = o.output().offset() + weightRow * cout;
    Arrays.fill(y, yAt, yAt + cout, 0);
    for (int chunk = 0; chunk < chunks; chunk++) {
      int at = o.workspace().offset() + (chunk * weightRows + weightRow) * cout;
      Lines.add(o.workspace().array(), at, y, yAt, cout);
    }
  }
}
