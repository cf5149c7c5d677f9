package dev.fovea.systems.label;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A line of YOLO's label files: the number of a class, then a box as shares of the picture's width
 * and height (middle x, middle y, width, height), key points behind it, or instead of it the
 * corners of an outline.
 *
 * @param kind the number of the class
 * @param values the other numbers
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record YoloLine(int kind, double[] values) {
  /** By how much a share may lie outside of 0 … 1 from rounding. */
  private static final double ROUNDING = 0.001;

  private static final int BOX = 4;

  /**
   * Reads a line.
   *
   * @throws FoveaException if it holds something else than a class and shares
   */
  static YoloLine parse(String line) {
    String[] words = line.strip().split("\\s+", -1);
    double[] numbers = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      try {
        numbers[i] = Double.parseDouble(words[i]);
      } catch (NumberFormatException e) {
        throw new FoveaException("\"" + words[i] + "\" is no number", e);
      }
    }
    if (numbers.length <= BOX) {
      throw new FoveaException(numbers.length + " numbers, class, x, y, width and height expected");
    }
    int kind = (int) numbers[0];
    if (kind != numbers[0] || kind < 0) {
      throw new FoveaException("class " + words[0] + " is no whole number from 0");
    }
    return new YoloLine(kind, Arrays.copyOfRange(numbers, 1, numbers.length));
  }

  /** Returns whether the numbers are corners of an outline, where no key points are expected. */
  boolean isOutline(int joints) {
    return joints == 0 && values.length > BOX;
  }

  /**
   * Returns left, top, right and bottom in pixels.
   *
   * @throws FoveaException if a share is not one
   */
  double[] edges(Size size, int joints) {
    if (isOutline(joints)) {
      return around(outline(size));
    }
    double[] s = shares(BOX);
    if (!(s[2] > 0 && s[3] > 0)) {
      throw new FoveaException("width %s and height %s are not both above 0".formatted(s[2], s[3]));
    }
    return new double[] {
      (s[0] - s[2] / 2) * size.width(),
      (s[1] - s[3] / 2) * size.height(),
      (s[0] + s[2] / 2) * size.width(),
      (s[1] + s[3] / 2) * size.height()
    };
  }

  private static double[] around(double[] corners) {
    double inf = Double.POSITIVE_INFINITY;
    double[] e = {inf, inf, -inf, -inf};
    for (int i = 0; i < corners.length; i++) {
      e[i % 2] = Math.min(e[i % 2], corners[i]);
      e[2 + i % 2] = Math.max(e[2 + i % 2], corners[i]);
    }
    return e;
  }

  /**
   * Returns the corners of an outline in pixels.
   *
   * @throws FoveaException if they are no pairs of shares
   */
  double[] outline(Size size) {
    if (values.length % 2 != 0 || values.length < 6) {
      throw new FoveaException(
          values.length + " numbers behind the class: 4 of a box or x, y of 3 corners expected");
    }
    double[] corners = shares(values.length);
    for (int i = 0; i < corners.length; i++) {
      corners[i] *= i % 2 == 0 ? size.width() : size.height();
    }
    return corners;
  }

  /**
   * Returns the key points in pixels.
   *
   * @param joints how many there are
   * @throws FoveaException if there are more or fewer numbers
   */
  List<KeyPoint> points(Size size, int joints) {
    int rest = values.length - BOX;
    int each = joints == 0 ? 0 : rest / joints;
    if (joints == 0 || rest == 0) {
      return List.of();
    }
    if (rest != each * joints || each < 2 || each > 3) {
      throw new FoveaException(
          "%s numbers behind the box, x, y or x, y, v of %s key points expected"
              .formatted(rest, joints));
    }
    List<KeyPoint> points = new ArrayList<>();
    for (int i = 0; i < joints; i++) {
      double x = values[BOX + each * i];
      double y = values[BOX + each * i + 1];
      double v = each == 3 ? values[BOX + each * i + 2] : x == 0 && y == 0 ? 0 : 2;
      Visibility seen =
          v == 0 ? Visibility.ABSENT : v == 1 ? Visibility.HIDDEN : Visibility.VISIBLE;
      points.add(new KeyPoint(x * size.width(), y * size.height(), i, seen));
    }
    return points;
  }

  private double[] shares(int count) {
    double[] shares = Arrays.copyOf(values, count);
    for (int i = 0; i < count; i++) {
      if (!(shares[i] >= -ROUNDING && shares[i] <= 1 + ROUNDING)) {
        throw new FoveaException(
            "%s is no share of the picture: %s to %s expected"
                .formatted(shares[i], -ROUNDING, 1 + ROUNDING));
      }
      shares[i] = Math.clamp(shares[i], 0, 1);
    }
    return shares;
  }
}
