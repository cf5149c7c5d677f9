package dev.fovea.simd;

import dev.fovea.op.Window2d;

/** How much of a pooling window lies inside the image. */
final class PoolWindows {
  private PoolWindows() {}

  /** Returns how many of the window's columns lie inside for output column {@code col}. */
  static int inside(Window2d v, int col, int width) {
    return count(v.kernelWidth(), col * v.strideWidth() - v.padLeft(), v.dilationWidth(), width);
  }

  /** Returns how many of the window's rows lie inside for output row {@code row}. */
  static int insideRows(Window2d v, int row, int height) {
    return count(v.kernelHeight(), row * v.strideHeight() - v.padTop(), v.dilationHeight(), height);
  }

  private static int count(int kernel, int from, int step, int extent) {
    int n = 0;
    for (int k = 0; k < kernel; k++) {
      int i = from + k * step;
      n += i >= 0 && i < extent ? 1 : 0;
    }
    return n;
  }

  /** Returns the first of {@code cols} windows that does not reach over the left edge. */
  static int firstInside(Window2d v, int cols) {
    return Math.min(cols, Ranges.ceilDiv(v.padLeft(), v.strideWidth()));
  }

  /** Returns the last of {@code cols} windows that does not reach over the right edge, or −1. */
  static int lastInside(Window2d v, int width, int cols) {
    int room = width + v.padLeft() - v.spanWidth();
    return room < 0 ? -1 : Math.min(cols - 1, room / v.strideWidth());
  }
}
