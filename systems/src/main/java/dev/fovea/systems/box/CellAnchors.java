package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;

/**
 * The anchors of one cell of a map, around the cell's own place: boxes of some sizes and ratios,
 * width s/√r and height s·√r for the size s and the ratio r = height / width.
 *
 * @param boxes the boxes, relative to the place of the cell
 */
public record CellAnchors(BoxArray boxes) {
  /**
   * Returns the anchors as torchvision has them: all sizes of the first ratio, then those of the
   * next, with corners that are rounded to whole pixels, halves to even ones.
   *
   * @throws FoveaException if a number is not positive
   */
  public static CellAnchors rounded(double[] sizes, double[] ratios) {
    List<Double> to = new ArrayList<>();
    for (double r : ratios) {
      for (double s : sizes) {
        add(s / Math.sqrt(r), s * Math.sqrt(r), true, to);
      }
    }
    return made(to, sizes, ratios);
  }

  /**
   * Returns the anchors as Detectron2 has them: all ratios of the first size, then those of the
   * next, not rounded.
   *
   * @throws FoveaException if a number is not positive
   */
  public static CellAnchors exact(double[] sizes, double[] ratios) {
    List<Double> to = new ArrayList<>();
    for (double s : sizes) {
      for (double r : ratios) {
        add(s / Math.sqrt(r), s * Math.sqrt(r), false, to);
      }
    }
    return made(to, sizes, ratios);
  }

  /**
   * Returns the anchors of the original code of Faster R-CNN, for its models alone: its boxes hold
   * their last pixel, so that a box of 16 pixels is [0, 0, 15, 15] with its middle at 7.5.
   *
   * @param base the side of the box that ratios and scales change, 16
   * @throws FoveaException if a number is not positive
   */
  public static CellAnchors inclusive(double base, double[] ratios, double[] scales) {
    double middle = (base - 1) / 2;
    List<Double> to = new ArrayList<>();
    for (double r : ratios) {
      double w = Math.rint(Math.sqrt(base * base / r));
      double h = Math.rint(w * r);
      for (double s : scales) {
        to.add(middle - (w * s - 1) / 2);
        to.add(middle - (h * s - 1) / 2);
        to.add(middle + (w * s - 1) / 2);
        to.add(middle + (h * s - 1) / 2);
      }
    }
    return made(to, ratios, scales);
  }

  /**
   * Returns the anchors of these sizes around the middle of a cell, as YOLO has them.
   *
   * @param widthsAndHeights the width and height of each, in pixels
   * @param stride the side of a cell in pixels
   */
  public static CellAnchors centred(double stride, double... widthsAndHeights) {
    double[] boxes = new double[2 * widthsAndHeights.length];
    for (int i = 0; i < boxes.length; i++) {
      double half = widthsAndHeights[i / 4 * 2 + i % 2] / 2;
      boxes[i] = stride / 2 + (i % 4 < 2 ? -half : half);
    }
    return new CellAnchors(BoxArray.of(boxes));
  }

  /** Returns how many there are. */
  public int size() {
    return boxes.size();
  }

  private static void add(double w, double h, boolean round, List<Double> to) {
    for (double corner : new double[] {-w / 2, -h / 2, w / 2, h / 2}) {
      to.add(round ? Math.rint(corner) : corner);
    }
  }

  private static CellAnchors made(List<Double> numbers, double[] first, double[] second) {
    for (double[] list : new double[][] {first, second}) {
      for (double x : list) {
        if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
          throw new FoveaException("anchors: sizes and ratios must be positive, got " + x);
        }
      }
    }
    return new CellAnchors(
        BoxArray.of(numbers.stream().mapToDouble(Double::doubleValue).toArray()));
  }
}
