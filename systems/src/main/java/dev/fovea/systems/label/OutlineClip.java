package dev.fovea.systems.label;

import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts off what of an outline lies outside of its picture (Sutherland and Hodgman, 1974). Parts
 * that are separate inside are joined along the border.
 */
final class OutlineClip {
  private static final int TRIANGLE = 3;

  private OutlineClip() {}

  /**
   * Returns the corners of what is inside: all that are given if none is outside, and none if the
   * line only runs to and fro.
   *
   * @param corners x, y, x, y …
   */
  static double[] inside(double[] corners, Size size) {
    double[] rest = corners;
    for (int axis = 0; axis < 2; axis++) {
      rest = cut(rest, axis, 0, 1);
      rest = cut(rest, axis, axis == 0 ? size.width() : size.height(), -1);
    }
    double[] around = withoutSpikes(rest);
    boolean isWhole = Arrays.equals(rest, corners) && around.length > 0;
    return isWhole ? corners : around;
  }

  /** Leaves out corners where the line stands still or runs back on itself. */
  private static double[] withoutSpikes(double[] corners) {
    List<double[]> kept = new ArrayList<>();
    for (int i = 0; i < corners.length; i += 2) {
      kept.add(new double[] {corners[i], corners[i + 1]});
    }
    int straight = 0;
    for (int i = 0; kept.size() >= TRIANGLE && straight < kept.size(); ) {
      int n = kept.size();
      i %= n;
      if (turns(kept.get((i + n - 1) % n), kept.get(i), kept.get((i + 1) % n))) {
        i++;
        straight++;
      } else {
        kept.remove(i);
        // The corner before has another one behind it now.
        i = Math.max(0, i - 1);
        straight = 0;
      }
    }
    return kept.size() < TRIANGLE
        ? new double[0]
        : kept.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  /** Returns whether a line through three corners goes on at the second one. */
  private static boolean turns(double[] before, double[] at, double[] after) {
    double x = at[0] - before[0];
    double y = at[1] - before[1];
    double nextX = after[0] - at[0];
    double nextY = after[1] - at[1];
    boolean stands = (x == 0 && y == 0) || (nextX == 0 && nextY == 0);
    boolean back = x * nextY == y * nextX && x * nextX + y * nextY < 0;
    return !stands && !back;
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
