package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Pooling;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Each pixel gathers its share of the windows that meet it; a row of work is an image row. */
final class AveragePoolGradientKernel extends RowKernel {
  private final Geometry geometry;
  private final boolean countPadding;
  private final int channels;

  AveragePoolGradientKernel(Pooling.AveragePoolGradient op, Shape dy, Shape output) {
    super(output.dim(0) * output.dim(1), (long) output.dim(2) * output.dim(3) * op.window().taps());
    this.geometry = Geometry.of(op.window(), output, dy);
    this.countPadding = op.countPadding();
    this.channels = output.dim(3);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      for (int ix = 0; ix < geometry.width(); ix++) {
        pixel(row, ix, o);
      }
    }
  }

  private void pixel(int row, int ix, Operands o) {
    int image = row / geometry.height();
    float[] dy = o.input(0).array();
    float[] dx = o.output().array();
    int at = o.output().offset() + (row * geometry.width() + ix) * channels;
    Arrays.fill(dx, at, at + channels, 0);
    for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
      int oy = geometry.outRow(row - image * geometry.height(), ky);
      int dyRow = (image * geometry.outHeight() + oy) * geometry.outWidth();
      for (int kx = 0; oy >= 0 && kx < geometry.kernelWidth(); kx++) {
        int ox = geometry.outColumn(ix, kx);
        if (ox >= 0) {
          float share = AveragePoolKernel.share(geometry, countPadding, oy, ox);
          int dyAt = o.input(0).offset() + (dyRow + ox) * channels;
          Lines.addScaled(share, dy, dyAt, dx, at, channels);
        }
      }
    }
  }
}
