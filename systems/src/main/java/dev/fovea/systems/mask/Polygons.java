package dev.fovea.systems.mask;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.List;

/**
 * Fills outlines of objects with the pixels that COCO's tools give them.
 *
 * <p>Corners are rounded to fifths of a pixel and the outline is walked in such steps; where it
 * crosses the middle of a column of pixels, the column changes between clear and set from the first
 * pixel on whose middle lies below. That is not a test of whether the middle of each pixel lies
 * inside: other ways to fill polygons differ by some pixels of the border.
 */
public final class Polygons {
  /** The longest outline that is walked, in fifths of a pixel. */
  static final long MAX_STEPS = 100_000_000;

  private static final int SCALE = 5;

  private final int height;
  private final int width;
  private int[] crossings = new int[64];
  private int n;
  private int lastX;
  private int lastY;
  private boolean begun;

  private Polygons(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /**
   * Returns the pixels of an object of several parts, which are united.
   *
   * @param parts for each part its corners: x, y of the first, x, y of the second, …
   * @param height the height of the picture
   * @param width the width of the picture
   * @throws FoveaException if there is no part, or one is no polygon
   */
  public static RunLengths fill(List<double[]> parts, int height, int width) {
    List<RunLengths> masks = parts.stream().map(p -> fill(p, height, width)).toList();
    return masks.size() == 1 ? masks.get(0) : RunLengths.union(masks);
  }

  /**
   * Returns the pixels of a polygon.
   *
   * @param corners x, y of the first corner, x, y of the second, …
   * @param height the height of the picture
   * @param width the width of the picture
   * @throws FoveaException if it has fewer than three corners or one that is no place near a
   *     picture
   */
  public static RunLengths fill(double[] corners, int height, int width) {
    RunLengths.requireSize(height, width);
    require(corners);
    Polygons walk = new Polygons(height, width);
    int k = corners.length / 2;
    for (int i = 0; i < k; i++) {
      int j = (i + 1) % k;
      walk.edge(
          scaled(corners[2 * i]),
          scaled(corners[2 * i + 1]),
          scaled(corners[2 * j]),
          scaled(corners[2 * j + 1]));
    }
    return walk.runs();
  }

  private static void require(double[] corners) {
    if (corners.length < 6 || corners.length % 2 != 0) {
      throw new FoveaException(
          "polygon of %s numbers: need x, y of three corners or more".formatted(corners.length));
    }
    double steps = 0;
    for (int i = 0; i < corners.length; i++) {
      int before = i < 2 ? corners.length - 2 + i : i - 2;
      steps += SCALE * Math.abs(corners[i] - corners[before]);
    }
    if (!(steps < MAX_STEPS
        && Math.abs(corners[0]) < MAX_STEPS / SCALE
        && Math.abs(corners[1]) < MAX_STEPS / SCALE)) {
      throw new FoveaException(
          "polygon with a corner at (%s, %s): its corners must be numbers, its outline shorter than %s pixels"
              .formatted(corners[0], corners[1], MAX_STEPS / SCALE));
    }
  }

  private static int scaled(double x) {
    return (int) (SCALE * x + 0.5);
  }

  /** Walks an edge along its longer side, from the lesser end, so that both ways are the same. */
  private void edge(int fromX, int fromY, int toX, int toY) {
    int dx = Math.abs(toX - fromX);
    int dy = Math.abs(toY - fromY);
    boolean flat = dx >= dy;
    boolean turned = flat ? fromX > toX : fromY > toY;
    int startX = turned ? toX : fromX;
    int startY = turned ? toY : fromY;
    int endX = turned ? fromX : toX;
    int endY = turned ? fromY : toY;
    int steps = flat ? dx : dy;
    double slope = flat ? (double) (endY - startY) / dx : (double) (endX - startX) / dy;
    for (int i = 0; i <= steps; i++) {
      int t = turned ? steps - i : i;
      if (flat) {
        step(startX + t, (int) (startY + slope * t + 0.5));
      } else {
        step((int) (startX + slope * t + 0.5), startY + t);
      }
    }
  }

  /** Goes to the next place of the outline and notes the column whose middle was crossed. */
  private void step(int x, int y) {
    if (begun && x != lastX) {
      int passed = x < lastX ? x : x - 1;
      double column = (passed + 0.5) / SCALE - 0.5;
      if (column == Math.floor(column) && column >= 0 && column <= width - 1) {
        double row = Math.ceil(Math.clamp((Math.min(y, lastY) + 0.5) / SCALE - 0.5, 0, height));
        if (n == crossings.length) {
          crossings = Arrays.copyOf(crossings, 2 * n);
        }
        crossings[n++] = ((int) column) * height + (int) row;
      }
    }
    begun = true;
    lastX = x;
    lastY = y;
  }

  /** Returns the runs between the crossings; two at one place undo each other. */
  private RunLengths runs() {
    Arrays.sort(crossings, 0, n);
    Runs runs = new Runs();
    int at = 0;
    for (int i = 0; i < n; i++) {
      if (crossings[i] > at) {
        runs.add(i % 2 == 1, crossings[i] - at);
        at = crossings[i];
      }
    }
    if (height * width > at) {
      runs.add(n % 2 == 1, height * width - at);
    }
    return new RunLengths(height, width, runs.counts());
  }
}
