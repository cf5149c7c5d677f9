package dev.fovea.systems.box;

import java.util.Arrays;

/**
 * Boxes that stayed, so filed that those which may overlap another one much are found without
 * looking at all.
 *
 * <p>The plane is cut into cells, and a box lies in the cell of its middle. Where I/U is above t,
 * both widths are above t times the larger one and the middles less than (w + w′)/2 − t·max(w, w′)
 * apart: at most w·(1 − t), or w·(1/t − 1)/2 where that is more. Cells of one hash share a list.
 */
final class Kept {
  private final double[] numbers;
  private final int[] classes;
  private final double threshold;
  private final double reach;
  private final double cellWidth;
  private final double cellHeight;
  private final double widest;
  private final double highest;
  private final int[] first;
  private final int[] next;
  private final int[] all;
  private int count;

  Kept(BoxArray boxes, int[] classes, double threshold) {
    this.numbers = boxes.toArray();
    this.classes = classes;
    this.threshold = threshold;
    this.reach = Math.max(1 - threshold, (1 / threshold - 1) / 2);
    this.widest = largest(numbers, 0);
    this.highest = largest(numbers, 1);
    this.cellWidth = mean(numbers, 0);
    this.cellHeight = mean(numbers, 1);
    this.next = new int[boxes.size()];
    this.all = new int[boxes.size()];
    this.first = new int[Integer.highestOneBit(Math.max(1, boxes.size())) * 2];
    Arrays.fill(first, -1);
  }

  private static double largest(double[] numbers, int axis) {
    double most = 0;
    for (int at = axis; at < numbers.length; at += 4) {
      most = Math.max(most, numbers[at + 2] - numbers[at]);
    }
    return most;
  }

  /** Returns the mean side of boxes that have one, which is what cells measure. */
  private static double mean(double[] numbers, int axis) {
    double sum = 0;
    int some = 0;
    for (int at = axis; at < numbers.length; at += 4) {
      double side = numbers[at + 2] - numbers[at];
      if (side > 0 && side < Double.POSITIVE_INFINITY) {
        sum += side;
        some++;
      }
    }
    return sum > 0 ? sum / some : 1;
  }

  /** Files box {@code i}. */
  void add(int i) {
    int slot = slot(cell(i, 0, 0, cellWidth), cell(i, 1, 0, cellHeight), classes[i]);
    next[i] = first[slot];
    first[slot] = i;
    all[count++] = i;
  }

  /** Returns whether a box of its class that was filed overlaps box {@code i} too much. */
  boolean covers(int i) {
    double x = reach(i, 0, widest);
    double y = reach(i, 1, highest);
    long left = cell(i, 0, -x, cellWidth);
    long right = cell(i, 0, x, cellWidth);
    long top = cell(i, 1, -y, cellHeight);
    long bottom = cell(i, 1, y, cellHeight);
    double cells = ((double) right - left + 1) * ((double) bottom - top + 1);
    if (!(cells < count)) {
      return anyCovers(i);
    }
    for (long row = top; row <= bottom; row++) {
      for (long column = left; column <= right; column++) {
        if (listCovers(first[slot(column, row, classes[i])], i)) {
          return true;
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

  private boolean listCovers(int begin, int i) {
    for (int k = begin; k >= 0; k = next[k]) {
      if (covers(k, i)) {
        return true;
      }
    }
    return false;
  }

  private boolean covers(int k, int i) {
    if (classes[k] != classes[i]) {
      return false;
    }
    double[] n = numbers;
    int a = 4 * k;
    int b = 4 * i;
    double x = Math.min(n[a + 2], n[b + 2]) - Math.max(n[a], n[b]);
    double y = Math.min(n[a + 3], n[b + 3]) - Math.max(n[a + 1], n[b + 1]);
    if (!(x > 0 && y > 0)) {
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

  private long cell(int i, int axis, double beside, double size) {
    double middle = (numbers[4 * i + axis] + numbers[4 * i + axis + 2]) / 2;
    return (long) Math.floor((middle + beside) / size);
  }

  private int slot(long column, long row, int label) {
    long h = (column * 0x9E3779B97F4A7C15L + row) * 0xBF58476D1CE4E5B9L + label;
    h *= 0x94D049BB133111EBL;
    return (int) (h >>> 33) & (first.length - 1);
  }
}
