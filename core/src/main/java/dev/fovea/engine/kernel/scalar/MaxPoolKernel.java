package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** The largest element of each window; a row of work is a row of the result. */
final class MaxPoolKernel extends RowKernel {
  private final Geometry geometry;
  private final int channels;

  MaxPoolKernel(Window2d window, Shape input, Shape output) {
    super(output.dim(0) * output.dim(1), (long) output.dim(2) * output.dim(3) * window.taps());
    this.geometry = Geometry.of(window, input, output);
    this.channels = output.dim(3);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span y = o.output();
    int length = geometry.outWidth() * channels;
    for (int row = from; row < to; row++) {
      int yAt = o.output().offset() + row * length;
      if (y.isBytes()) {
        Arrays.fill(y.bytes(), yAt, yAt + length, (byte) 0);
      } else {
        Arrays.fill(y.array(), yAt, yAt + length, Float.NEGATIVE_INFINITY);
      }
      for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
        kernelRow(row, ky, o);
      }
    }
  }

  private void kernelRow(int row, int ky, Operands o) {
    int image = row / geometry.outHeight();
    int iy = geometry.row(row - image * geometry.outHeight(), ky);
    if (iy < 0) {
      return;
    }
    int xRow = o.input(0).offset() + (image * geometry.height() + iy) * geometry.width() * channels;
    int yRow = o.output().offset() + row * geometry.outWidth() * channels;
    for (int ox = 0; ox < geometry.outWidth(); ox++) {
      for (int kx = 0; kx < geometry.kernelWidth(); kx++) {
        int ix = geometry.column(ox, kx);
        if (ix >= 0) {
          raise(o, xRow + ix * channels, yRow + ox * channels);
        }
      }
    }
  }

  private void raise(Operands o, int xAt, int yAt) {
    if (o.output().isBytes()) {
      raise(o.input(0).bytes(), xAt, o.output().bytes(), yAt);
      return;
    }
    float[] x = o.input(0).array();
    float[] y = o.output().array();
    for (int c = 0; c < channels; c++) {
      y[yAt + c] = Math.max(y[yAt + c], x[xAt + c]);
    }
  }

  private void raise(byte[] x, int xAt, byte[] y, int yAt) {
    for (int c = 0; c < channels; c++) {
      int larger = Math.max(Byte.toUnsignedInt(y[yAt + c]), Byte.toUnsignedInt(x[xAt + c]));
      y[yAt + c] = (byte) larger;
    }
  }
}
