package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Contraction;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The convolution: Y[n, oy, ox, co] = Σ X[n, oy·s − p + ky·d, ox·s − p + kx·d, ci] · W[ky, kx, ci,
 * co] over ky, kx and the channels ci of co's group. A row of work is a row of the result.
 */
final class ConvKernel extends RowKernel {
  private final Geometry geometry;
  private final EpilogueLines epilogue;
  private final int groups;
  private final int groupIn;
  private final int cin;
  private final int cout;

  ConvKernel(Contraction.Conv2d op, List<Shape> inputs, Shape output) {
    super(
        output.dim(0) * output.dim(1),
        op.flops(inputs, output) / Math.max(1, output.dim(0) * output.dim(1)));
    this.geometry = Geometry.of(op.window(), inputs.get(0), output);
    this.epilogue = new EpilogueLines(op.epilogue());
    this.groups = op.groups();
    this.cin = inputs.get(0).dim(3);
    this.groupIn = cin / groups;
    this.cout = output.dim(3);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    int length = geometry.outWidth() * cout;
    for (int row = from; row < to; row++) {
      int yAt = o.output().offset() + row * length;
      Arrays.fill(o.output().array(), yAt, yAt + length, 0);
      for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
        addKernelRow(row, ky, o);
      }
      for (int x = 0; x < geometry.outWidth(); x++) {
        epilogue.finish(o, row * length + x * cout, 0, cout);
      }
    }
  }

  /** Adds what one kernel row contributes to one row of the result. */
  private void addKernelRow(int row, int ky, Operands o) {
    int image = row / geometry.outHeight();
    int iy = geometry.row(row - image * geometry.outHeight(), ky);
    if (iy < 0) {
      return;
    }
    int xRow = o.input(0).offset() + (image * geometry.height() + iy) * geometry.width() * cin;
    int yRow = o.output().offset() + row * geometry.outWidth() * cout;
    for (int kx = 0; kx < geometry.kernelWidth(); kx++) {
      int wAt = o.input(1).offset() + (ky * geometry.kernelWidth() + kx) * groupIn * cout;
      for (int ox = 0; ox < geometry.outWidth(); ox++) {
        int ix = geometry.column(ox, kx);
        if (ix >= 0) {
          addTap(o, xRow + ix * cin, wAt, yRow + ox * cout);
        }
      }
    }
  }

  /** Adds one pixel times one tap of the kernel. */
  private void addTap(Operands o, int xAt, int wAt, int yAt) {
    float[] x = o.input(0).array();
    float[] w = o.input(1).array();
    float[] y = o.output().array();
    if (groups == cin && cin == cout) {
      Lines.addProduct(x, xAt, w, wAt, y, yAt, cout);
      return;
    }
    int groupOut = cout / groups;
    for (int g = 0; g < groups; g++) {
      int first = g * groupOut;
      for (int ci = 0; ci < groupIn; ci++) {
        float pixel = x[xAt + g * groupIn + ci];
        Lines.addScaled(pixel, w, wAt + ci * cout + first, y, yAt + first, groupOut);
      }
    }
  }
}
