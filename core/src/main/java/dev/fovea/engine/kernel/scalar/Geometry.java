package dev.fovea.engine.kernel.scalar;

import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;

/** Which pixels of an image a window's taps meet, and which windows meet a pixel. */
record Geometry(Window2d window, int height, int width, int outHeight, int outWidth) {

  /** Returns the geometry between images [N, H, W, C] and results [N, H′, W′, C′]. */
  static Geometry of(Window2d window, Shape image, Shape result) {
    return new Geometry(window, image.dim(1), image.dim(2), result.dim(1), result.dim(2));
  }

  int kernelHeight() {
    return window.kernelHeight();
  }

  int kernelWidth() {
    return window.kernelWidth();
  }

  /** Returns the image row that kernel row {@code k} of result row {@code out} reads, or −1. */
  int row(int out, int k) {
    int in = out * window.strideHeight() - window.padTop() + k * window.dilationHeight();
    return in < height ? Math.max(in, -1) : -1;
  }

  /** Returns the image column that a kernel column of a result column reads, or −1. */
  int column(int out, int k) {
    int in = out * window.strideWidth() - window.padLeft() + k * window.dilationWidth();
    return in < width ? Math.max(in, -1) : -1;
  }

  /** Returns the result row whose kernel row {@code k} reads image row {@code in}, or −1. */
  int outRow(int in, int k) {
    int from = in + window.padTop() - k * window.dilationHeight();
    return out(from, window.strideHeight(), outHeight);
  }

  /** Returns the result column whose kernel column {@code k} reads this image column, or −1. */
  int outColumn(int in, int k) {
    int from = in + window.padLeft() - k * window.dilationWidth();
    return out(from, window.strideWidth(), outWidth);
  }

  private static int out(int from, int stride, int extent) {
    if (from < 0 || from % stride != 0) {
      return -1;
    }
    int out = from / stride;
    return out < extent ? out : -1;
  }

  /** Returns how many taps of a window lie inside the image. */
  int inside(int outRow, int outColumn) {
    int rows = 0;
    int columns = 0;
    for (int k = 0; k < kernelHeight(); k++) {
      rows += row(outRow, k) < 0 ? 0 : 1;
    }
    for (int k = 0; k < kernelWidth(); k++) {
      columns += column(outColumn, k) < 0 ? 0 : 1;
    }
    return rows * columns;
  }
}
