package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.onnx.file.Node;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Reads an image of any number of axes between its elements.
 *
 * @param extents the extents of the image
 * @param mode linear, nearest or cubic
 * @param padding what lies beside the image: zeros, border or reflection
 * @param corners whether −1 and 1 are the centres of the corner elements, or their outer edges
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Sampler(int[] extents, String mode, String padding, boolean corners) {
  /** The coefficient of the cubic that the format fixes. */
  private static final double CUBIC = -0.75;

  static Sampler of(Node n, int[] extents) {
    String mode =
        n.text("mode", "linear").replace("bilinear", "linear").replace("bicubic", "cubic");
    return new Sampler(
        extents, mode, n.text("padding_mode", "zeros"), n.flag("align_corners", false));
  }

  /** Returns the place of a coordinate in −1 … 1 along an axis, in elements. */
  double place(double coordinate, int axis) {
    int n = extents[axis];
    double x = corners ? (coordinate + 1) / 2 * (n - 1) : ((coordinate + 1) * n - 1) / 2;
    if (mode.equals("nearest")) {
      x = Math.rint(x);
    }
    return switch (padding) {
      case "border" -> mode.equals("cubic") ? x : Math.clamp(x, 0, Math.max(n - 1, 0));
      case "reflection" -> mode.equals("cubic") ? x : reflected(x, n);
      default -> x;
    };
  }

  private double reflected(double x, int n) {
    double low = corners ? 0 : -0.5;
    double high = corners ? n - 1 : n - 0.5;
    double range = high - low;
    if (range <= 0 || !Double.isFinite(x)) {
      return 0;
    }
    double off = x < low ? low - x : x > high ? x - high : 0;
    double rest = off % range;
    boolean even = Math.floor(off / range) % 2 == 0;
    double inside = x < low ? even ? low + rest : high - rest : even ? high - rest : low + rest;
    return off == 0 ? x : inside;
  }

  /** Returns the weighted sum of the elements around a place. */
  double read(IntToDoubleFunction image, double[] at) {
    int taps = mode.equals("cubic") ? 4 : mode.equals("linear") ? 2 : 1;
    int[] base =
        Arrays.stream(at).mapToInt(x -> (int) Math.floor(x) - (taps == 4 ? 1 : 0)).toArray();
    return sum(image, at, base, taps, 0, 0, 1);
  }

  private double sum(
      IntToDoubleFunction image, double[] at, int[] base, int taps, int axis, int flat, double w) {
    if (axis == at.length) {
      return w * image.applyAsDouble(flat);
    }
    double total = 0;
    for (int k = 0; k < taps; k++) {
      int i = inside(base[axis] + k, extents[axis]);
      double weight = w * weight(Math.abs(at[axis] - base[axis] - k), taps);
      if (i >= 0 && weight != 0) {
        total += sum(image, at, base, taps, axis + 1, flat * extents[axis] + i, weight);
      }
    }
    return total;
  }

  private static double weight(double d, int taps) {
    return switch (taps) {
      case 1 -> 1;
      case 2 -> 1 - d;
      default -> AxisResize.cubic(d, CUBIC);
    };
  }

  /** Returns the element that an index beside the image stands for; −1 for a zero. */
  private int inside(int i, int n) {
    if (i >= 0 && i < n) {
      return i;
    }
    return switch (padding) {
      case "border" -> Math.clamp(i, 0, n - 1);
      case "reflection" -> Math.clamp(Math.round(reflected(i, n)), 0, n - 1);
      default -> -1;
    };
  }

  /** Returns an image [h, w] between its elements; zeros lie beside it. */
  static double bilinear(IntToDoubleFunction image, int h, int w, double y, double x) {
    if (y <= -1 || x <= -1 || y >= h || x >= w) {
      return 0;
    }
    int y0 = (int) Math.floor(y);
    int x0 = (int) Math.floor(x);
    double sum = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        boolean inside = y0 + i >= 0 && y0 + i < h && x0 + j >= 0 && x0 + j < w;
        double weight = (1 - Math.abs(y - y0 - i)) * (1 - Math.abs(x - x0 - j));
        sum += inside ? weight * image.applyAsDouble((y0 + i) * w + x0 + j) : 0;
      }
    }
    return sum;
  }
}
