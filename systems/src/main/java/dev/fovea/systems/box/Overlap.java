package dev.fovea.systems.box;

import java.util.Arrays;

/**
 * How much two boxes are one: 1 for equal boxes, less the more they differ.
 *
 * <p>With I the area that both cover, U that of either, C that of the smallest box around both, d
 * the distance of their middles and c the diagonal of that box: IoU = I / U; GIoU = IoU − (C − U) /
 * C (Rezatofighi et al., 2019); DIoU = IoU − d² / (c² + ε); CIoU = DIoU − α·v with v = 4/π² · (atan
 * w/h − atan w′/h′)² and α = v / (1 − IoU + v + ε) (Zheng et al., 2020); ε = 10⁻⁷. Two boxes
 * without area have the IoU 0. {@link OverlapLoss} is 1 − overlap with its gradient.
 */
public enum Overlap {
  /** Intersection over union, 0 … 1. */
  IOU {
    @Override
    double of(Pair p) {
      return p.iou();
    }
  },
  /** Generalised: less by the share of the box around both that neither covers, −1 … 1. */
  GIOU {
    @Override
    double of(Pair p) {
      double around = p.spanX() * p.spanY();
      return around > 0 ? p.iou() - (around - p.union()) / around : p.iou();
    }
  },
  /** Distance: less by the squared distance of the middles, −1 … 1. */
  DIOU {
    @Override
    double of(Pair p) {
      return p.iou() - p.distance();
    }
  },
  /** Complete: DIoU, less by the difference of the sides' ratios. */
  CIOU {
    @Override
    double of(Pair p) {
      double turn = (p.angle(p.a, p.i) - p.angle(p.b, p.j)) * 2 / Math.PI;
      double v = turn * turn;
      return p.iou() - p.distance() - v * v / (1 - p.iou() + v + EPSILON);
    }
  };

  /** Keeps quotients from 0/0. */
  static final double EPSILON = 1e-7;

  abstract double of(Pair p);

  /** Returns the overlap of box {@code i} of {@code a} with box {@code j} of {@code b}. */
  public double of(BoxArray a, int i, BoxArray b, int j) {
    return of(new Pair(a, i, b, j));
  }

  /** Returns the overlaps of box {@code i} of {@code a} with each of {@code b}. */
  public double[] of(BoxArray a, int i, BoxArray b) {
    double[] row = new double[b.size()];
    for (int j = 0; j < row.length; j++) {
      row[j] = of(a, i, b, j);
    }
    return row;
  }

  /** Returns the overlaps of each box of {@code a} with each of {@code b}: [a][b]. */
  public double[][] of(BoxArray a, BoxArray b) {
    double[][] all = new double[a.size()][];
    Arrays.setAll(all, i -> of(a, i, b));
    return all;
  }

  /** Two boxes, with what all overlaps are made of. */
  record Pair(BoxArray a, int i, BoxArray b, int j) {
    double both() {
      double x = Math.min(a.right(i), b.right(j)) - Math.max(a.left(i), b.left(j));
      double y = Math.min(a.bottom(i), b.bottom(j)) - Math.max(a.top(i), b.top(j));
      return x > 0 && y > 0 ? x * y : 0;
    }

    double union() {
      return a.area(i) + b.area(j) - both();
    }

    double iou() {
      double union = union();
      return union > 0 ? both() / union : 0;
    }

    double spanX() {
      return Math.max(a.right(i), b.right(j)) - Math.min(a.left(i), b.left(j));
    }

    double spanY() {
      return Math.max(a.bottom(i), b.bottom(j)) - Math.min(a.top(i), b.top(j));
    }

    /** Returns d² / (c² + ε). */
    double distance() {
      double x = a.centreX(i) - b.centreX(j);
      double y = a.centreY(i) - b.centreY(j);
      return (x * x + y * y) / (spanX() * spanX() + spanY() * spanY() + EPSILON);
    }

    double angle(BoxArray of, int k) {
      return Math.atan2(of.width(k), of.height(k));
    }
  }
}
