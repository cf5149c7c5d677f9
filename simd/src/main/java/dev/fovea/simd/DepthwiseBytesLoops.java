package dev.fovea.simd;

import static dev.fovea.simd.ByteLoops.B;
import static dev.fovea.simd.ByteLoops.F;
import static dev.fovea.simd.ByteLoops.I;
import static dev.fovea.simd.ByteLoops.L;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * The sums Σ (x − zero) · w of depthwise windows 3×3 along a row of pixels of bytes, one vector of
 * channels at a time; each column of the image is read once.
 *
 * <p>They sum Σ x · w over all taps, as if x were zero beyond the sides of the image, and take zero
 * · Σ w from it: all that is exact in floats. Row k of the window begins at {@code xk} in the bytes
 * and at {@code wk} in the weights; a row outside the image has weights of 0. What reads bytes is
 * not a method: where C2 does not inline it, each vector becomes an object.
 */
final class DepthwiseBytesLoops {
  private DepthwiseBytesLoops() {}

  private static FloatVector load(float[] w, int at) {
    return FloatVector.fromArray(F, w, at);
  }

  /** Sums windows of stride 1, padded by 1. */
  static void one(
      byte[] x,
      int x0,
      int x1,
      int x2,
      int channels,
      int width,
      float zero,
      float[] w,
      int w0,
      int w1,
      int w2,
      int sums) {
    FloatVector w00 = load(w, w0);
    FloatVector w01 = load(w, w0 + L);
    FloatVector w02 = load(w, w0 + 2 * L);
    FloatVector w10 = load(w, w1);
    FloatVector w11 = load(w, w1 + L);
    FloatVector w12 = load(w, w1 + 2 * L);
    FloatVector w20 = load(w, w2);
    FloatVector w21 = load(w, w2 + L);
    FloatVector w22 = load(w, w2 + 2 * L);
    FloatVector left = w00.add(w10).add(w20).mul(zero);
    FloatVector right = w02.add(w12).add(w22).mul(zero);
    FloatVector none = left.add(w01.add(w11).add(w21).mul(zero)).add(right).neg();
    // Sums of the result before a column of the image, and of the one at it.
    FloatVector before = none;
    FloatVector here = none.add(left);
    for (int i = 0; i < width; i++) {
      int at = i * channels;
      FloatVector p =
          (FloatVector)
              ByteVector.fromArray(B, x, x0 + at)
                  .convertShape(ZERO_EXTEND_B2I, I, 0)
                  .convertShape(I2F, F, 0);
      FloatVector q =
          (FloatVector)
              ByteVector.fromArray(B, x, x1 + at)
                  .convertShape(ZERO_EXTEND_B2I, I, 0)
                  .convertShape(I2F, F, 0);
      FloatVector s =
          (FloatVector)
              ByteVector.fromArray(B, x, x2 + at)
                  .convertShape(ZERO_EXTEND_B2I, I, 0)
                  .convertShape(I2F, F, 0);
      FloatVector done = p.fma(w02, q.fma(w12, s.fma(w22, before)));
      before = p.fma(w01, q.fma(w11, s.fma(w21, here)));
      here = p.fma(w00, q.fma(w10, s.fma(w20, none)));
      // The first, of a result that there is not, is overwritten by the next.
      done.intoArray(w, sums + Math.max(0, i - 1) * L);
    }
    before.add(right).intoArray(w, sums + (width - 1) * L);
  }

  /** Sums {@code cols} windows of stride 2, padded by at most 1. */
  static void two(
      byte[] x,
      int x0,
      int x1,
      int x2,
      int channels,
      int width,
      float zero,
      float[] w,
      int w0,
      int w1,
      int w2,
      int sums,
      int cols,
      int pad) {
    FloatVector w00 = load(w, w0);
    FloatVector w01 = load(w, w0 + L);
    FloatVector w02 = load(w, w0 + 2 * L);
    FloatVector w10 = load(w, w1);
    FloatVector w11 = load(w, w1 + L);
    FloatVector w12 = load(w, w1 + 2 * L);
    FloatVector w20 = load(w, w2);
    FloatVector w21 = load(w, w2 + L);
    FloatVector w22 = load(w, w2 + 2 * L);
    FloatVector left = w00.add(w10).add(w20).mul(zero);
    FloatVector right = w02.add(w12).add(w22).mul(zero);
    FloatVector none = left.add(w01.add(w11).add(w21).mul(zero)).add(right).neg();
    // The sum of the result whose first column was read; the first one's may lie outside.
    FloatVector next = none.add(left);
    FloatVector sum = next;
    for (int i = 0; i < width; i++) {
      int at = i * channels;
      FloatVector p =
          (FloatVector)
              ByteVector.fromArray(B, x, x0 + at)
                  .convertShape(ZERO_EXTEND_B2I, I, 0)
                  .convertShape(I2F, F, 0);
      FloatVector q =
          (FloatVector)
              ByteVector.fromArray(B, x, x1 + at)
                  .convertShape(ZERO_EXTEND_B2I, I, 0)
                  .convertShape(I2F, F, 0);
      FloatVector s =
          (FloatVector)
              ByteVector.fromArray(B, x, x2 + at)
                  .convertShape(ZERO_EXTEND_B2I, I, 0)
                  .convertShape(I2F, F, 0);
      int column = i + pad;
      if ((column & 1) == 1) {
        sum = p.fma(w01, q.fma(w11, s.fma(w21, next)));
      } else {
        if (column > 0) {
          FloatVector done = p.fma(w02, q.fma(w12, s.fma(w22, sum)));
          done.intoArray(w, sums + Math.min((column - 2) / 2, cols - 1) * L);
        }
        next = p.fma(w00, q.fma(w10, s.fma(w20, none)));
      }
    }
    int last = cols - 1;
    if (2 * last + 2 - pad >= width) {
      sum.add(right).intoArray(w, sums + last * L);
    }
  }
}
