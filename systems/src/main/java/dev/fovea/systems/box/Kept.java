package dev.fovea.systems.box;

import java.util.Arrays;

/**
 * Boxes that stayed, so filed that those which may overlap another one much are found without
 * looking at all.
 *
 * <p>The side of a box, the root of its area, tells its level, and the plane is cut into cells of
 * that level's side; a box is filed in the cell of its middle. Where I/U is above t, both areas are
 * above t times the larger one, and the middles are less than (w + w′)/2 − t·max(w, w′) apart: at
 * most w·(1 − t), or w·(1/t − 1)/2 where that is more. Cells of one hash share a list.
 */
final class Kept {
  /** What roundings may take from a bound. */
  private static final double ABOVE = 1 + 1e-9;

  private final double[] numbers;
  private final int[] classes;
  private final double threshold;
  private final double reach;
  private final double sides;
  private final double widest;
  private final double highest;
  private final int[] first;
  private final int[] next;
  private final int[] all;
  private int count;
  private int lowest = Integer.MAX_VALUE;
  private int largest = Integer.MIN_VALUE;

  Kept(BoxArray boxes, int[] classes, double threshold) {
    this.numbers = boxes.toArray();
    this.classes = classes;
    this.threshold = threshold;
    this.reach = Math.max(1 - threshold, (1 / threshold - 1) / 2) * ABOVE;
    this.sides = Math.sqrt(threshold) / ABOVE;
    this.widest = largest(numbers, 0);
    this.highest = largest(numbers, 1);
    this.next = new int[boxes.size()];
    this.all = new int[boxes.size()];
    this.first = new int[Integer.highestOneBit(Math.max(1, boxes.size())) * 4];
    Arrays.fill(first, -1);
  }

  private static double largest(double[] numbers, int axis) {
    double most = 0;
    for (int at = axis; at < numbers.length; at += 4) {
      most = Math.max(most, numbers[at + 2] - numbers[at]);
    }
    return most;
  }

  /** Returns the root of the area of box {@code i}, 0 for one that overlaps nothing. */
  private double side(int i) {
    double w = numbers[4 * i + 2] - numbers[4 * i];
    double h = numbers[4 * i + 3] - numbers[4 * i + 1];
    return w > 0 && h > 0 && w * h < Double.POSITIVE_INFINITY ? Math.sqrt(w * h) : 0;
  }

  /** Files box {@code i}. */
  void add(int i) {
    double side = side(i);
    if (side > 0) {
      int level = Math.getExponent(side);
      double cells = Math.scalb(2.0, -level);
      int slot = slot(cell(i, 0, 0, cells), cell(i, 1, 0, cells), level);
      next[i] = first[slot];
      first[slot] = i;
      all[count++] = i;
      lowest = Math.min(lowest, level);
      largest = Math.max(largest, level);
    }
  }

  /** Returns whether a box of its class that was filed overlaps box {@code i} too much. */
  boolean covers(int i) {
    double side = side(i);
    if (side == 0) {
      return false;
    }
    double x = reach(i, 0, widest);
    double y = reach(i, 1, highest);
    int to = Math.min(largest, Math.getExponent(side / sides));
    for (int level = Math.max(lowest, Math.getExponent(side * sides)); level <= to; level++) {
      double cells = Math.scalb(2.0, -level);
      if (!((2 * x * cells + 1) * (2 * y * cells + 1) < count)) {
        return anyCovers(i);
      }
      if (levelCovers(i, x, y, level, cells)) {
        return true;
      }
    }
    return false;
  }

  private boolean levelCovers(int i, double x, double y, int level, double cells) {
    int left = cell(i, 0, -x, cells);
    int right = cell(i, 0, x, cells);
    int bottom = cell(i, 1, y, cells);
    for (int row = cell(i, 1, -y, cells); row - bottom <= 0; row++) {
      for (int column = left; column - right <= 0; column++) {
        for (int k = first[slot(column, row, level)]; k >= 0; k = next[k]) {
          if (covers(k, i)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean anyCovers(int i) {
    for (int k = 0; k < count; k++) {
      if (covers(all[k], i)) {
        return true;
      }
    }
    return false;
  }

  private boolean covers(int k, int i) {
    double[] n = numbers;
    int a = 4 * k;
    int b = 4 * i;
    double x = Math.min(n[a + 2], n[b + 2]) - Math.max(n[a], n[b]);
    double y = Math.min(n[a + 3], n[b + 3]) - Math.max(n[a + 1], n[b + 1]);
    if (!(x > 0 && y > 0) || classes[k] != classes[i]) {
      return false;
    }
    double both = x * y;
    double areas = (n[a + 2] - n[a]) * (n[a + 3] - n[a + 1]);
    areas += (n[b + 2] - n[b]) * (n[b + 3] - n[b + 1]);
    return both / (areas - both) > threshold;
  }

  /** Returns how far the middle of a box that overlaps box {@code i} too much can be from its. */
  private double reach(int i, int axis, double most) {
    double side = numbers[4 * i + axis + 2] - numbers[4 * i + axis];
    return Math.min(side * reach, (side + most) / 2);
  }

  /** Returns a cell's number, of which the lowest 32 bits count: far cells may share one. */
  private int cell(int i, int axis, double beside, double cells) {
    double middle = (numbers[4 * i + axis] + numbers[4 * i + axis + 2]) / 2;
    return (int) (long) Math.floor((middle + beside) * cells);
  }

  private int slot(int column, int row, int level) {
    int h = (column * 0x9E3779B1 + row) * 0x85EBCA6B + level * 0xC2B2AE35;
    return (h ^ h >>> 15) & (first.length - 1);
  }
}
