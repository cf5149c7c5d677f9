package dev.fovea.simd;

import static dev.fovea.simd.ByteLoops.F;
import static dev.fovea.simd.ByteLoops.L;
import static dev.fovea.simd.ByteLoops.unsigned;

import dev.fovea.op.Quantized.Rounding;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import jdk.incubator.vector.FloatVector;

/** The loops over the pixels of a row of a depthwise convolution of bytes. */
final class DepthwiseBytesLoops {
  private DepthwiseBytesLoops() {}

  /**
   * A row of results.
   *
   * @param window kernel, stride, padding, dilation
   * @param x the shape of the input
   * @param cols its pixels
   * @param channels the distance between pixels
   * @param top the row of the input that kernel row 0 reads, perhaps outside
   * @param zero the byte of the input that stands for 0
   * @param to the rounding
   */
  record Row(Window2d window, Shape x, int cols, int channels, int top, int zero, Rounding to) {
    /** Returns where kernel row k reads, or any row of the image if that is outside. */
    int line(int k) {
      int h = Math.clamp(top + k * window.dilationHeight(), 0, x.dim(1) - 1);
      return h * x.dim(2) * channels;
    }

    float least() {
      return to.least() - to.zero();
    }

    float greatest() {
      return to.greatest() - to.zero();
    }
  }

  /** Returns whether {@link #slide} knows a window: 3×3 of stride 1, padded by 1. */
  static boolean slides(Window2d w) {
    return w.equals(Window2d.of(3, 3).padding(1, 1, 1, 1));
  }

  /** Computes a row with each column of the image read once. */
  static void slide(
      Row r,
      byte[] x,
      int first,
      float[] w,
      int wo,
      float[] multiplier,
      int mo,
      float[] bias,
      int bo,
      byte[] y,
      int to) {
    FloatVector m = FloatVector.fromArray(F, multiplier, mo);
    FloatVector b = FloatVector.fromArray(F, bias, bo);
    FloatVector w00 = FloatVector.fromArray(F, w, wo);
    FloatVector w01 = FloatVector.fromArray(F, w, wo + L);
    FloatVector w02 = FloatVector.fromArray(F, w, wo + 2 * L);
    FloatVector w10 = FloatVector.fromArray(F, w, wo + 3 * L);
    FloatVector w11 = FloatVector.fromArray(F, w, wo + 4 * L);
    FloatVector w12 = FloatVector.fromArray(F, w, wo + 5 * L);
    FloatVector w20 = FloatVector.fromArray(F, w, wo + 6 * L);
    FloatVector w21 = FloatVector.fromArray(F, w, wo + 7 * L);
    FloatVector w22 = FloatVector.fromArray(F, w, wo + 8 * L);
    int x0 = first + r.line(0);
    int x1 = first + r.line(1);
    int x2 = first + r.line(2);
    int channels = r.channels;
    float zero = r.zero;
    float least = r.least();
    float greatest = r.greatest();
    int add = r.to.zero();
    int end = r.cols * channels;
    // Sums of the result before this column of the image, and of the one at it.
    FloatVector before = FloatVector.zero(F);
    FloatVector here = FloatVector.zero(F);
    for (int i = 0; i < end; i += channels) {
      FloatVector a = unsigned(x, x0 + i).sub(zero);
      FloatVector c = unsigned(x, x1 + i).sub(zero);
      FloatVector d = unsigned(x, x2 + i).sub(zero);
      FloatVector done = a.fma(w02, c.fma(w12, d.fma(w22, before)));
      before = a.fma(w01, c.fma(w11, d.fma(w21, here)));
      here = a.mul(w00).add(c.mul(w10)).add(d.mul(w20));
      if (i > 0) {
        ByteLoops.store(done.add(b).mul(m), least, greatest, add, y, to + i - channels);
      }
    }
    ByteLoops.store(before.add(b).mul(m), least, greatest, add, y, to + end - channels);
  }

  /** Computes a row tap by tap. */
  static void taps(
      Row r,
      byte[] x,
      int first,
      float[] w,
      int wo,
      float[] multiplier,
      int mo,
      float[] bias,
      int bo,
      byte[] y,
      int to) {
    FloatVector m = FloatVector.fromArray(F, multiplier, mo);
    FloatVector b = FloatVector.fromArray(F, bias, bo);
    Window2d v = r.window;
    int width = r.x.dim(2);
    for (int i = 0; i < r.cols; i++) {
      FloatVector sum = FloatVector.zero(F);
      int left = i * v.strideWidth() - v.padLeft();
      for (int ky = 0; ky < v.kernelHeight(); ky++) {
        int line = first + r.line(ky);
        int at = wo + ky * v.kernelWidth() * L;
        for (int kx = 0; kx < v.kernelWidth(); kx++) {
          int col = left + kx * v.dilationWidth();
          if (col >= 0 && col < width) {
            FloatVector p = unsigned(x, line + col * r.channels).sub((float) r.zero);
            sum = p.fma(FloatVector.fromArray(F, w, at + kx * L), sum);
          }
        }
      }
      int at = to + i * r.channels;
      ByteLoops.store(sum.add(b).mul(m), r.least(), r.greatest(), r.to.zero(), y, at);
    }
  }
}
