package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Contraction;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The transposed convolution: each pixel of the image gathers what the windows that meet it send
 * back, X[n, iy, ix, ci] = Σ Y[n, oy, ox, co] · W[ky, kx, ci, co]. A row of work is a row of the
 * image.
 */
final class ConvTransposeKernel extends RowKernel {
  private final Geometry geometry;
  private final int groups;
  private final int groupIn;
  private final int cin;
  private final int cout;

  ConvTransposeKernel(Contraction.ConvTranspose2d op, List<Shape> inputs, Shape output) {
    super(
        output.dim(0) * output.dim(1),
        op.flops(inputs, output) / Math.max(1, output.dim(0) * output.dim(1)));
    this.geometry = Geometry.of(op.window(), output, inputs.get(0));
    this.groups = op.groups();
    this.cin = output.dim(3);
    this.groupIn = cin / groups;
    this.cout = inputs.get(0).dim(3);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    int length = geometry.width() * cin;
    for (int row = from; row < to; row++) {
      int xAt = o.output().offset() + row * length;
      Arrays.fill(o.output().array(), xAt, xAt + length, 0);
      for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
        addKernelRow(row, ky, o);
      }
    }
  }

  private void addKernelRow(int row, int ky, Operands o) {
    int image = row / geometry.height();
    int oy = geometry.outRow(row - image * geometry.height(), ky);
    if (oy < 0) {
      return;
    }
    int yRow =
        o.input(0).offset() + (image * geometry.outHeight() + oy) * geometry.outWidth() * cout;
    int xRow = o.output().offset() + row * geometry.width() * cin;
    for (int kx = 0; kx < geometry.kernelWidth(); kx++) {
      int wAt = o.input(1).offset() + (ky * geometry.kernelWidth() + kx) * groupIn * cout;
      for (int ix = 0; ix < geometry.width(); ix++) {
        int ox = geometry.outColumn(ix, kx);
        if (ox >= 0) {
          addTap(o, yRow + ox * cout, wAt, xRow + ix * cin);
        }
      }
    }
  }

  private void addTap(Operands o, int yAt, int wAt, int xAt) {
    float[] y = o.input(0).array();
    float[] w = o.input(1).array();
    float[] x = o.output().array();
    if (groups == cin && cin == cout) {
      Lines.addProduct(y, yAt, w, wAt, x, xAt, cin);
      return;
    }
    int groupOut = cout / groups;
    for (int g = 0; g < groups; g++) {
      int first = g * groupOut;
      for (int ci = 0; ci < groupIn; ci++) {
        x[xAt + g * groupIn + ci] +=
            Lines.dot(y, yAt + first, 1, w, wAt + ci * cout + first, groupOut);
      }
    }
  }
}
