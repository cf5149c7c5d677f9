package dev.fovea.systems.box;

import java.util.Arrays;

/**
 * Boxes that stayed, so filed that those which may overlap another one much are found without
 * looking at all.
 *
 * <p>The side of a box, the root of its area, tells its level, and the plane is cut into cells for
 * each level. Where I/U is above t, both areas are above t times the larger one, and the middles
 * are less than (w + w′)/2 − t·max(w, w′) apart: at most w·(1 − t), or w·(1/t − 1)/2 where that is
 * more. So a box is filed in all cells in which such a middle may lie, few as they are, and of each
 * level that a box may overlap only the cell of its own middle is looked through. A cell is as wide
 * as all such middles of a level's smallest square. Cells of one hash share a list.
 */
final class Kept {
  /** What roundings may take from a bound. */
  private static final double ABOVE = 1 + 1e-9;

  private static final double BENEATH = 1 / ABOVE;

  /** What rounding may take from a number, as a share of it. */
  private static final double ROUNDING = 0x1p-51;

  /** A box that would be in more cells than these is looked at by all. */
  private static final int MOST_CELLS = 256;

  /** Of low thresholds no more than this counts for the size of cells. */
  private static final double WIDEST_REACH = 4;

  /** Left, top, right, bottom and area of each box. */
  private static final int NUMBERS = 5;

  /** How long a list is at first. */
  private static final int SHORT = 8;

  private final double[] boxes;

  /**
   * Of each box its middle (x, y), half its width and height, a little more than exact, and the
   * share of its area that a common part must have at least: two boxes whose common part would be
   * too small if it went as far as middles and halves allow are not compared.
   */
  private final double[] spans;

  private final int[] classes;
  private final double threshold;
  private final double below;
  private final double reach;
  private final double sides;
  private final double cell;
  private final double widest;
  private final double highest;

  /** The boxes in each slot, behind them room for more. */
  private final int[][] lists;

  private final int[] counts;
  private final int[] wide;
  private int wides;
  private int lowest = Integer.MAX_VALUE;
  private int largest = Integer.MIN_VALUE;

  Kept(BoxArray boxes, int[] classes, double threshold) {
    double[] corners = boxes.toArray();
    this.boxes = new double[NUMBERS * boxes.size()];
    this.spans = new double[NUMBERS * boxes.size()];
    this.below = threshold / (1 + threshold) / ABOVE;
    double w = 0;
    double h = 0;
    for (int i = 0; i < boxes.size(); i++) {
      System.arraycopy(corners, 4 * i, this.boxes, NUMBERS * i, 4);
      double own = corners[4 * i + 2] - corners[4 * i];
      double high = corners[4 * i + 3] - corners[4 * i + 1];
      this.boxes[NUMBERS * i + 4] = own * high;
      span(i);
      w = Math.max(w, own);
      h = Math.max(h, high);
    }
    this.widest = w;
    this.highest = h;
    this.classes = classes;
    this.threshold = threshold;
    this.reach = Math.max(1 - threshold, (1 / threshold - 1) / 2) * ABOVE;
    this.cell = 2 * Math.min(reach, WIDEST_REACH);
    this.sides = Math.sqrt(threshold) / ABOVE;
    this.wide = new int[boxes.size()];
    this.lists = new int[Integer.highestOneBit(Math.max(1, boxes.size())) * 4][];
    this.counts = new int[lists.length];
  }

  /** Notes how far box {@code i} goes; what roundings may take is added. */
  private void span(int i) {
    int at = NUMBERS * i;
    for (int axis = 0; axis < 2; axis++) {
      double from = boxes[at + axis];
      double to = boxes[at + axis + 2];
      spans[at + axis] = from / 2 + to / 2;
      double rounding = (Math.abs(from) + Math.abs(to)) * ROUNDING + Double.MIN_NORMAL;
      spans[at + axis + 2] = (to / 2 - from / 2) * ABOVE + rounding;
    }
    spans[at + 4] = below * boxes[at + 4];
  }

  /** Returns the root of the area of box {@code i}, 0 for one that overlaps nothing. */
  private double side(int i) {
    int at = NUMBERS * i;
    double area = boxes[at + 4];
    boolean there = boxes[at + 2] > boxes[at] && boxes[at + 3] > boxes[at + 1];
    return there && area < Double.POSITIVE_INFINITY ? Math.sqrt(area) : 0;
  }

  /** Files box {@code i}. */
  void add(int i) {
    double side = side(i);
    if (side == 0) {
      return;
    }
    int level = Math.getExponent(side);
    lowest = Math.min(lowest, level);
    largest = Math.max(largest, level);
    double cells = perPixel(level);
    double x = reach(i, 0, widest);
    double y = reach(i, 1, highest);
    if (!((2 * x * cells + 1) * (2 * y * cells + 1) < MOST_CELLS)) {
      wide[wides++] = i;
      return;
    }
    int right = cell(i, 0, x, cells);
    int bottom = cell(i, 1, y, cells);
    for (int row = cell(i, 1, -y, cells); row - bottom <= 0; row++) {
      for (int column = cell(i, 0, -x, cells); column - right <= 0; column++) {
        file(i, slot(column, row, level, classes[i]));
      }
    }
  }

  private void file(int i, int slot) {
    int count = counts[slot]++;
    int[] list = lists[slot];
    if (list == null) {
      list = new int[SHORT];
      lists[slot] = list;
    } else if (count == list.length) {
      list = Arrays.copyOf(list, 2 * count);
      lists[slot] = list;
    }
    list[count] = i;
  }

  /** Returns whether a box of its class that was filed overlaps box {@code i} too much. */
  boolean covers(int i) {
    double side = side(i);
    if (side == 0) {
      return false;
    }
    int to = Math.min(largest, Math.getExponent(side / sides));
    for (int level = Math.max(lowest, Math.getExponent(side * sides)); level <= to; level++) {
      double cells = perPixel(level);
      int slot = slot(cell(i, 0, 0, cells), cell(i, 1, 0, cells), level, classes[i]);
      if (counts[slot] > 0 && covers(lists[slot], counts[slot], i)) {
        return true;
      }
    }
    return covers(wide, wides, i);
  }

  private boolean covers(int[] list, int count, int i) {
    double[] n = spans;
    int at = NUMBERS * i;
    double x = n[at];
    double y = n[at + 1];
    double halfWidth = n[at + 2];
    double halfHeight = n[at + 3];
    double least = n[at + 4];
    for (int k = 0; k < count; k++) {
      int b = NUMBERS * list[k];
      double across = halfWidth + n[b + 2] - apart(x - n[b], halfWidth - n[b + 2]);
      double down = halfHeight + n[b + 3] - apart(y - n[b + 1], halfHeight - n[b + 3]);
      if (across * down >= least + n[b + 4] && across > 0 && covers(list[k], i)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns what the sum of two halves exceeds the common part by: the distance of the middles, or
   * where one reaches beyond the other on both sides the difference of the halves, a little less
   * than exact: of a tiny box in a huge one rounding would take all.
   */
  private static double apart(double middles, double halves) {
    return Math.max(Math.abs(middles), Math.abs(halves) * BENEATH);
  }

  private boolean covers(int k, int i) {
    double[] n = boxes;
    int a = NUMBERS * k;
    int b = NUMBERS * i;
    double x = Math.min(n[a + 2], n[b + 2]) - Math.max(n[a], n[b]);
    double y = Math.min(n[a + 3], n[b + 3]) - Math.max(n[a + 1], n[b + 1]);
    double both = Math.max(x, 0) * Math.max(y, 0);
    double areas = n[a + 4] + n[b + 4];
    // One comparison rules most boxes out; whether the rest are above is for the quotient to say.
    return both >= below * areas
        && both > 0
        && both / (areas - both) > threshold
        && classes[k] == classes[i];
  }

  /** Returns how far the middle of a box that overlaps box {@code i} too much can be from its. */
  private double reach(int i, int axis, double most) {
    double side = boxes[NUMBERS * i + axis + 2] - boxes[NUMBERS * i + axis];
    return Math.min(side * reach, (side + most) / 2);
  }

  /** Returns how many cells of a level there are to a pixel. */
  private double perPixel(int level) {
    return Math.scalb(1 / cell, -level);
  }

  /** Returns a cell's number, of which the lowest 32 bits count: far cells may share one. */
  private int cell(int i, int axis, double beside, double cells) {
    double middle = (boxes[NUMBERS * i + axis] + boxes[NUMBERS * i + axis + 2]) / 2;
    return (int) (long) Math.floor((middle + beside) * cells);
  }

  private int slot(int column, int row, int level, int label) {
    int h = (column * 0x9E3779B1 + row) * 0x85EBCA6B + level * 0xC2B2AE35 + label * 0x27D4EB2F;
    return (h ^ h >>> 15) & (lists.length - 1);
  }
}
