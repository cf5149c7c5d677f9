package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Sends each window's number to where its largest element lies. Windows overlap, so a row of work
 * is one block of channels of one image, which nobody else writes.
 */
final class MaxPoolGradientKernel extends RowKernel {
  private static final int BLOCK = 16;

  private final Geometry geometry;
  private final Argmax argmax;
  private final int channels;
  private final int blocks;

  MaxPoolGradientKernel(Window2d window, Shape x, Shape dy) {
    super(
        x.dim(0) * blocks(x.dim(3)),
        2L * dy.dim(1) * dy.dim(2) * window.taps() * Math.min(BLOCK, x.dim(3)));
    this.geometry = Geometry.of(window, x, dy);
    this.channels = x.dim(3);
    this.argmax = new Argmax(geometry, channels);
    this.blocks = blocks(channels);
  }

  private static int blocks(int channels) {
    return (channels + BLOCK - 1) / BLOCK;
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      int image = row / blocks;
      int first = (row - image * blocks) * BLOCK;
      int last = Math.min(channels, first + BLOCK);
      clear(o.output(), image, first, last);
      scatter(o, image, first, last);
    }
  }

  private void clear(Span dx, int image, int first, int last) {
    int pixels = geometry.height() * geometry.width();
    for (int pixel = image * pixels; pixel < (image + 1) * pixels; pixel++) {
      int at = dx.offset() + pixel * channels;
      Arrays.fill(dx.array(), at + first, at + last, 0);
    }
  }

  private void scatter(Operands o, int image, int first, int last) {
    float[] dy = o.input(1).array();
    float[] dx = o.output().array();
    for (int oy = 0; oy < geometry.outHeight(); oy++) {
      for (int ox = 0; ox < geometry.outWidth(); ox++) {
        int window = (image * geometry.outHeight() + oy) * geometry.outWidth() + ox;
        for (int c = first; c < last; c++) {
          int at = argmax.at(o.input(0), image, oy, ox, c);
          if (at >= 0) {
            dx[o.output().offset() + at] += dy[o.input(1).offset() + window * channels + c];
          }
        }
      }
    }
  }
}
