package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Quantized.Rounding;

/**
 * The inner loops of depthwise convolutions 3×3 on bytes.
 *
 * <p>A row of results reads three rows of the image; the place of row k for the row r of results is
 * the integer whose raw bits {@code own[table + 3 · r + k]} holds, or padding where it is negative.
 * Each result is round((Σ (x − zero) · w + bias) · multiplier), its sum taken in whole numbers.
 * Every implementation gives the bits of {@link dev.fovea.op.Quantized.Conv2d}.
 */
public interface ByteWindows {
  /** The least number of channels. */
  int LEAST_CHANNELS = 16;

  /** Returns the name, for reports and as the name of the layout of its weights. */
  String name();

  /** Returns how many bytes the packed weights of so many channels take. */
  int packedSize(int channels);

  /** Packs weights [3, 3, 1, channels], which begin at {@code w[wo]}. */
  void pack(int channels, byte[] w, int wo, byte[] packed, int po);

  /** Returns how many floats of scratch rows take. */
  int scratch(Lines lines);

  /**
   * What rows have in common.
   *
   * @param width the columns of the image
   * @param columns the columns of the result
   * @param channels the channels of both, at least {@value #LEAST_CHANNELS}
   * @param stride the columns from a window to the next: 1 or 2
   * @param padLeft the columns by which the first window reaches over the left side: 0 or 1; the
   *     last one reaches over the right side by one at most
   * @param zero the byte of the image that stands for 0, from 0 to 255
   * @param rounding how results become bytes
   */
  record Lines(
      int width, int columns, int channels, int stride, int padLeft, int zero, Rounding rounding) {
    /** Returns by how many columns the last window reaches over the right side. */
    public int padRight() {
      return (columns - 1) * stride - padLeft + 3 - width;
    }
  }

  /**
   * Computes rows of results that lie one after the other.
   *
   * @param l what they have in common
   * @param rows how many
   * @param x the bytes that places point into
   * @param own this thread's own memory
   * @param table index of the first place in it
   * @param scratch index of what {@link #scratch} asked for in it
   * @param w packed weights
   * @param wo index of the first of them
   * @param multiplier the multipliers of all channels
   * @param bias the biases of all channels
   * @param y the results
   * @param at index of the first of them
   */
  void compute(
      Lines l,
      int rows,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      Span multiplier,
      Span bias,
      byte[] y,
      int at);
}
