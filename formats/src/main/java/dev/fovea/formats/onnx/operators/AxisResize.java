package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.op.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What interpolation does along one axis: each element of the output is a weighted sum of elements
 * of the input.
 *
 * @param in the extent of the input
 * @param out the extent of the output
 * @param from the elements each output is made of
 * @param weights their weights
 * @param outside which outputs lie outside the input, where the rule lets them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AxisResize(int in, int out, int[][] from, double[][] weights, boolean[] outside) {
  /** The most elements of an axis. */
  private static final int MOST = 1 << 20;

  /** How far below the middle a place still counts as there: 4.5 / 0.6 in floats is below 7.5. */
  private static final double MIDDLE = 1e-6;

  /**
   * How places and weights are found.
   *
   * @param mode nearest, linear or cubic
   * @param coordinates how a place of the output is turned into one of the input
   * @param rounding how the nearest element is found
   * @param cubic the coefficient of the cubic
   * @param excluding whether places outside the input have no weight
   * @param antialias whether shrinking widens the weights
   */
  public record Rule(
      String mode,
      String coordinates,
      String rounding,
      double cubic,
      boolean excluding,
      boolean antialias) {
    /** The rules that other tools know. */
    public static final List<Rule> USUAL =
        List.of(
            usual("nearest", "asymmetric"),
            usual("linear", "half_pixel"),
            usual("linear", "align_corners"),
            usual("cubic", "half_pixel"),
            usual("cubic", "align_corners"));

    private static Rule usual(String mode, String coordinates) {
      return new Rule(mode, coordinates, "floor", -0.75, false, false);
    }

    static Rule of(Node n, boolean modern) {
      return new Rule(
          n.text("mode", "nearest"),
          modern ? n.text("coordinate_transformation_mode", "half_pixel") : "asymmetric",
          modern ? n.text("nearest_mode", "round_prefer_floor") : "old",
          n.number("cubic_coeff_a", -0.75),
          n.flag("exclude_outside", false),
          n.flag("antialias", false));
    }

    /** Returns by how much shrinking widens the weights, as a factor of at most 1. */
    private float narrowing(float scale) {
      return antialias ? Math.min(scale, 1) : 1;
    }

    boolean crops() {
      return coordinates.equals("tf_crop_and_resize");
    }
  }

  /**
   * Returns what a rule does to an axis. Places are computed in floats, as elsewhere: how they are
   * rounded decides which element is the nearest.
   *
   * @param scale the factor of the extent, as the file has it
   * @param begin where the part that is taken begins, 0 being the first element and 1 the last
   * @param end where it ends
   */
  public static AxisResize of(Rule rule, int in, int out, float scale, float begin, float end) {
    if (out < 0 || !(scale > 0) || (in == 0 && out > 0)) {
      throw new FormatException("cannot make " + out + " of " + in + " elements");
    }
    double taps = rule.mode.equals("nearest") ? 1 : 2 * Math.ceil(2 / rule.narrowing(scale));
    if (out > MOST || out * taps > 4.0 * MOST) {
      throw new FormatException("cannot make " + out + " elements of " + taps + " each");
    }
    int[][] from = new int[out][];
    double[][] weights = new double[out][];
    boolean[] outside = new boolean[out];
    boolean kept = !rule.crops() && (scale == 1 || (rule.antialias && in == out));
    for (int o = 0; o < out; o++) {
      float x = kept ? o : place(rule, o, in, out, scale, begin, end);
      outside[o] = rule.crops() && (x < 0 || x > in - 1);
      weights(rule, x, in, scale, o, from, weights);
    }
    return new AxisResize(in, out, from, weights, outside);
  }

  /** Returns the place in the input that an element of the output stands for. */
  private static float place(
      Rule rule, int o, int in, int out, float scale, float begin, float end) {
    float centre = (o + 0.5f) / scale;
    float last = in - 1;
    return switch (rule.coordinates) {
      case "half_pixel" -> centre - 0.5f;
      case "pytorch_half_pixel" -> out > 1 ? centre - 0.5f : 0;
      case "half_pixel_symmetric" ->
          (float) (in / 2f * (1 - out / (scale * in)) + (o + 0.5) / scale - 0.5);
      case "tf_half_pixel_for_nn" -> centre;
      case "asymmetric" -> o / scale;
      case "align_corners" -> out == 1 ? 0 : o * last / (out - 1);
      case "tf_crop_and_resize" ->
          out == 1
              ? 0.5f * (begin + end) * last
              : begin * last + o * (end - begin) * last / (out - 1);
      default -> throw new FormatException("coordinates " + rule.coordinates + " are not known");
    };
  }

  private static void weights(
      Rule rule, float x, int in, float scale, int o, int[][] from, double[][] weights) {
    if (rule.mode.equals("nearest")) {
      from[o] = new int[] {Math.clamp(nearest(rule, x, scale), 0, Math.max(in - 1, 0))};
      weights[o] = new double[] {1};
      return;
    }
    boolean cubic = rule.mode.equals("cubic");
    float narrow = rule.narrowing(scale);
    int reach = cubic ? 2 : 1;
    int first = (int) Math.floor(-reach / narrow) + 1;
    int count = 2 - 2 * first;
    int base = (int) Math.ceil(x) - 1;
    from[o] = new int[count];
    weights[o] = new double[count];
    double sum = 0;
    for (int k = 0; k < count; k++) {
      int at = base + first + k;
      double d = Math.abs((x - at) * narrow);
      boolean inside = at >= 0 && at < in;
      double w = cubic ? cubic(d, rule.cubic) : Math.max(1 - d, 0);
      from[o][k] = Math.clamp(at, 0, in - 1);
      weights[o][k] = rule.excluding && !inside ? 0 : w;
      sum += weights[o][k];
    }
    for (int k = 0; k < count && (rule.excluding || rule.antialias); k++) {
      weights[o][k] /= sum;
    }
  }

  /** The operators of the oldest opsets round down when they enlarge, and up when they shrink. */
  private static long nearest(Rule rule, float x, float scale) {
    return (long)
        switch (rule.rounding) {
          case "old" -> scale < 1 ? Math.ceil(x) : Math.floor(x);
          case "floor" -> Math.floor(x);
          case "ceil" -> Math.ceil(x);
          case "round_prefer_ceil" -> Math.floor(x + 0.5 + MIDDLE);
          default -> Math.ceil(x - 0.5);
        };
  }

  /** The cubic convolution kernel of Keys, 1981. */
  static double cubic(double d, double a) {
    if (d <= 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }

  boolean isIdentity() {
    return in == out && isRepetition();
  }

  /** Returns whether each element is repeated equally often. */
  boolean isRepetition() {
    if (in == 0 || out == 0 || out % in != 0 || leaves()) {
      return false;
    }
    int times = out / in;
    for (int o = 0; o < out; o++) {
      for (int k = 0; k < from[o].length; k++) {
        double wanted = from[o][k] == o / times ? 1 : 0;
        if (from[o].length == 1 ? wanted == 0 : weights[o][k] != wanted) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns whether some output lies outside the input. */
  boolean leaves() {
    for (boolean b : outside) {
      if (b) {
        return true;
      }
    }
    return false;
  }

  boolean isOutside(int o) {
    return outside[o];
  }

  /** Returns the weights as a sparse matrix. */
  public Taps taps() {
    List<List<Taps.Tap>> rows = new ArrayList<>();
    for (int o = 0; o < out; o++) {
      List<Taps.Tap> row = new ArrayList<>();
      for (int k = 0; k < from[o].length; k++) {
        if (weights[o][k] != 0) {
          row.add(new Taps.Tap(from[o][k], (float) weights[o][k]));
        }
      }
      rows.add(row);
    }
    return Taps.of(in, rows);
  }

  /** Returns the matrix that picks elements by their numbers. */
  static Taps picking(int in, int[] indices) {
    return Taps.of(in, Arrays.stream(indices).mapToObj(i -> List.of(new Taps.Tap(i, 1))).toList());
  }

  /** Interpolates the middle axis of [outer, in, inner]. */
  double[] apply(double[] x, int outer, int inner) {
    double[] y = new double[Math.multiplyExact(Math.multiplyExact(outer, out), inner)];
    for (int line = 0; line < outer; line++) {
      for (int o = 0; o < out; o++) {
        int to = (line * out + o) * inner;
        for (int k = 0; k < from[o].length; k++) {
          int at = (line * in + from[o][k]) * inner;
          double w = weights[o][k];
          for (int i = 0; i < inner; i++) {
            y[to + i] += w * x[at + i];
          }
        }
      }
    }
    return y;
  }
}
