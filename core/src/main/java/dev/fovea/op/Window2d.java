package dev.fovea.op;

import dev.fovea.tensor.FoveaException;

/**
 * The geometry of a window that slides over height and width: kernel, stride, padding, dilation.
 *
 * <p>Output extent: ⌊(in − dilation·(kernel − 1) − 1 + before + after) / stride⌋ + 1, for height
 * and width apart. Output row {@code o} and kernel row {@code k} read input row {@code o·stride −
 * padTop + k·dilation}; rows outside the image are padding.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param strideHeight rows from one window to the next
 * @param strideWidth columns from one window to the next
 * @param padTop rows of padding above
 * @param padBottom rows of padding below
 * @param padLeft columns of padding to the left
 * @param padRight columns of padding to the right
 * @param dilationHeight rows between neighbouring kernel rows, 1 for a dense kernel
 * @param dilationWidth columns between neighbouring kernel columns, 1 for a dense kernel
 */
public record Window2d(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int padTop,
    int padBottom,
    int padLeft,
    int padRight,
    int dilationHeight,
    int dilationWidth) {
  /** The most rows or columns that a window may cover. */
  public static final int MAX_SPAN = 1 << 28;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if a kernel extent, stride or dilation is below 1, a padding below 0, or
   *     a number or the extent of the window is above {@value #MAX_SPAN}
   */
  public Window2d {
    atLeast("kernel", 1, kernelHeight, kernelWidth);
    atLeast("stride", 1, strideHeight, strideWidth);
    atLeast("padding", 0, padTop, padBottom, padLeft, padRight);
    atLeast("dilation", 1, dilationHeight, dilationWidth);
    span(kernelHeight, dilationHeight);
    span(kernelWidth, dilationWidth);
  }

  private static void span(int kernel, int dilation) {
    long span = (kernel - 1L) * dilation + 1;
    if (span > MAX_SPAN) {
      throw new FoveaException(
          "kernel " + kernel + " with dilation " + dilation + " is wider than " + MAX_SPAN);
    }
  }

  private static void atLeast(String what, int least, int... numbers) {
    for (int n : numbers) {
      if (n < least) {
        throw new FoveaException(what + " must be at least " + least + ", got " + n);
      }
      if (n > MAX_SPAN) {
        throw new FoveaException(what + " must be at most " + MAX_SPAN + ", got " + n);
      }
    }
  }

  /** Returns a window of stride 1 without padding or dilation. */
  public static Window2d of(int kernelHeight, int kernelWidth) {
    return new Window2d(kernelHeight, kernelWidth, 1, 1, 0, 0, 0, 0, 1, 1);
  }

  /** Returns this window with other strides. */
  public Window2d stride(int height, int width) {
    return new Window2d(
        kernelHeight,
        kernelWidth,
        height,
        width,
        padTop,
        padBottom,
        padLeft,
        padRight,
        dilationHeight,
        dilationWidth);
  }

  /** Returns this window with other paddings. */
  public Window2d padding(int top, int bottom, int left, int right) {
    return new Window2d(
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        top,
        bottom,
        left,
        right,
        dilationHeight,
        dilationWidth);
  }

  /** Returns this window with other dilations. */
  public Window2d dilation(int height, int width) {
    return new Window2d(
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        padTop,
        padBottom,
        padLeft,
        padRight,
        height,
        width);
  }

  /**
   * Returns this window padded so that an image of this size gives ⌈size / stride⌉ outputs; an odd
   * row or column of padding goes below or to the right.
   */
  public Window2d same(int height, int width) {
    int h = samePadding(height, spanHeight(), strideHeight);
    int w = samePadding(width, spanWidth(), strideWidth);
    return padding(h / 2, h - h / 2, w / 2, w - w / 2);
  }

  private static int samePadding(int in, int span, int stride) {
    int out = (in + stride - 1) / stride;
    return Math.max((out - 1) * stride + span - in, 0);
  }

  /** Returns how many input rows one window covers: dilation·(kernel − 1) + 1. */
  public int spanHeight() {
    return dilationHeight * (kernelHeight - 1) + 1;
  }

  /** Returns how many input columns one window covers. */
  public int spanWidth() {
    return dilationWidth * (kernelWidth - 1) + 1;
  }

  /**
   * Returns the number of output rows for this many input rows; below 1 if the window does not fit.
   */
  public int outputHeight(int height) {
    return Math.floorDiv(height - spanHeight() + padTop + padBottom, strideHeight) + 1;
  }

  /** Returns the number of output columns; below 1 if the window does not fit. */
  public int outputWidth(int width) {
    return Math.floorDiv(width - spanWidth() + padLeft + padRight, strideWidth) + 1;
  }

  /** Returns how many places a window has: kernel rows times columns. */
  public int taps() {
    return kernelHeight * kernelWidth;
  }

  /** Returns whether any side is padded. */
  public boolean padded() {
    return padTop + padBottom + padLeft + padRight > 0;
  }
}
