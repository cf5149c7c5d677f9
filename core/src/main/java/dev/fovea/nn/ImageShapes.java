package dev.fovea.nn;

import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/** The checks that layers on images share. */
final class ImageShapes {
  private ImageShapes() {}

  /** Requires the axes N, H, W, C. */
  static void require(String layer, Shape in) {
    if (in.rank() != 4) {
      throw new ShapeException(
          layer,
          "needs images [N,H,W,C], got " + in.rank() + " axes; reshape or move it before flatten()",
          List.of(in));
    }
  }

  /** Requires that an extent falls into whole parts. */
  static void requireDivides(String layer, Shape in, int extent, int parts, String what) {
    if (parts < 1 || extent % parts != 0) {
      throw new ShapeException(
          layer, extent + " " + what + " do not divide by " + parts, List.of(in));
    }
  }

  /** Requires that windows reach the end of the image without a rest. */
  static void requireExact(String layer, Window2d w, Shape in) {
    int h = in.dim(1) + w.padTop() + w.padBottom() - w.spanHeight();
    int v = in.dim(2) + w.padLeft() + w.padRight() - w.spanWidth();
    if (h % w.strideHeight() != 0 || v % w.strideWidth() != 0) {
      throw new ShapeException(
          layer,
          "stride "
              + w.strideHeight()
              + "×"
              + w.strideWidth()
              + " leaves a rest; heights "
              + fitting(in.dim(1), h, w.strideHeight())
              + " and widths "
              + fitting(in.dim(2), v, w.strideWidth())
              + " fit",
          List.of(in));
    }
  }

  private static String fitting(int size, int span, int stride) {
    int below = size - Math.floorMod(span, stride);
    return Math.floorMod(span, stride) == 0 ? "" + size : below + " or " + (below + stride);
  }
}
