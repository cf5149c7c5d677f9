package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Pooling;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** The mean of each window; a row of work is a row of the result. */
final class AveragePoolKernel extends RowKernel {
  private final Geometry geometry;
  private final boolean countPadding;
  private final int channels;

  AveragePoolKernel(Pooling.AveragePool op, Shape input, Shape output) {
    super(output.dim(0) * output.dim(1), (long) output.dim(2) * output.dim(3) * op.window().taps());
    this.geometry = Geometry.of(op.window(), input, output);
    this.countPadding = op.countPadding();
    this.channels = output.dim(3);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      for (int ox = 0; ox < geometry.outWidth(); ox++) {
        window(row, ox, o);
      }
    }
  }

  private void window(int row, int ox, Operands o) {
    int image = row / geometry.outHeight();
    int oy = row - image * geometry.outHeight();
    float[] x = o.input(0).array();
    float[] y = o.output().array();
    int yAt = o.output().offset() + (row * geometry.outWidth() + ox) * channels;
    Arrays.fill(y, yAt, yAt + channels, 0);
    for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
      int iy = geometry.row(oy, ky);
      int xRow =
          o.input(0).offset() + (image * geometry.height() + iy) * geometry.width() * channels;
      for (int kx = 0; iy >= 0 && kx < geometry.kernelWidth(); kx++) {
        int ix = geometry.column(ox, kx);
        if (ix >= 0) {
          Lines.add(x, xRow + ix * channels, y, yAt, channels);
        }
      }
    }
    float share = share(geometry, countPadding, oy, ox);
    for (int c = 0; c < channels; c++) {
      y[yAt + c] *= share;
    }
  }

  /** Returns by what a window's sum is multiplied; a window on padding alone sums to 0 anyway. */
  static float share(Geometry geometry, boolean countPadding, int oy, int ox) {
    return 1f / Math.max(1, countPadding ? geometry.window().taps() : geometry.inside(oy, ox));
  }
}
