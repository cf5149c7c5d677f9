package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;

/** Reads G where each window of X is largest; a row of work is a row of the result. */
final class MaxPoolGatherKernel extends RowKernel {
  private final Geometry geometry;
  private final Argmax argmax;
  private final int channels;

  MaxPoolGatherKernel(Window2d window, Shape x, Shape output) {
    super(output.dim(0) * output.dim(1), 2L * output.dim(2) * output.dim(3) * window.taps());
    this.geometry = Geometry.of(window, x, output);
    this.channels = output.dim(3);
    this.argmax = new Argmax(geometry, channels);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span g = o.input(1);
    Span y = o.output();
    for (int row = from; row < to; row++) {
      int image = row / geometry.outHeight();
      int oy = row - image * geometry.outHeight();
      for (int ox = 0; ox < geometry.outWidth(); ox++) {
        int yAt = y.offset() + (row * geometry.outWidth() + ox) * channels;
        for (int c = 0; c < channels; c++) {
          int at = argmax.at(o.input(0), image, oy, ox, c);
          y.array()[yAt + c] = at < 0 ? 0 : g.array()[g.offset() + at];
        }
      }
    }
  }
}
