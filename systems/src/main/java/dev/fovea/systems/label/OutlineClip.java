package dev.fovea.systems.label;

import dev.fovea.vision.Placement.Size;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Cuts off what of an outline lies outside of its picture (Sutherland and Hodgman, 1974). */
final class OutlineClip {
  private static final int TRIANGLE = 6;

  private OutlineClip() {}

  /**
   * Returns the corners of what is inside: all that are given if none is outside, and none if what
   * is inside has no area.
   *
   * @param corners x, y, x, y …
   */
  static double[] inside(double[] corners, Size size) {
    double[] rest = corners;
    for (int axis = 0; axis < 2; axis++) {
      rest = cut(rest, axis, 0, 1);
      rest = cut(rest, axis, axis == 0 ? size.width() : size.height(), -1);
    }
    return rest.length >= TRIANGLE && hasExtent(rest, 0) && hasExtent(rest, 1)
        ? rest
        : new double[0];
  }

  private static boolean hasExtent(double[] corners, int axis) {
    return IntStream.range(0, corners.length / 2)
        .anyMatch(i -> corners[2 * i + axis] != corners[axis]);
  }

  /** Keeps what lies behind a border, in the direction of an axis if the sign is 1. */
  private static double[] cut(double[] corners, int axis, double border, int sign) {
    double[] kept = new double[2 * corners.length];
    int n = 0;
    for (int i = 0; i < corners.length; i += 2) {
      int before = i == 0 ? corners.length - 2 : i - 2;
      double from = sign * (corners[before + axis] - border);
      double to = sign * (corners[i + axis] - border);
      if (from * to < 0) {
        double share = from / (from - to);
        int other = 1 - axis;
        double along = corners[i + other] - corners[before + other];
        kept[n + axis] = border;
        kept[n + other] = corners[before + other] + share * along;
        n += 2;
      }
      if (to >= 0) {
        kept[n] = corners[i];
        kept[n + 1] = corners[i + 1];
        n += 2;
      }
    }
    return Arrays.copyOf(kept, n);
  }
}
