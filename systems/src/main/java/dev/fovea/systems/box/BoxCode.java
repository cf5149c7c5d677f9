package dev.fovea.systems.box;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;

/**
 * Boxes as differences from others, which is how networks tell them: t = (wx·(gx − ax)/aw, wy·(gy −
 * ay)/ah, ww·ln(gw/aw), wh·ln(gh/ah)) for a box with the middle g and the size gw × gh beside an
 * anchor (Girshick et al., 2014).
 *
 * @param x the weight of the difference in x: 1, or 10 in second stages and SSD
 * @param y the weight of the difference in y
 * @param width the weight of the logarithm of the widths' ratio: 1 or 5
 * @param height the weight of the logarithm of the heights' ratio
 * @param limit the largest logarithm, after its weight is divided out, that is decoded; what is
 *     more counts as this
 */
public record BoxCode(double x, double y, double width, double height, double limit) {
  /** The limit where none is named: a side grows to at most 62.5 times that of its anchor. */
  public static final double LIMIT = Math.log(1000.0 / 16);

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is not positive
   */
  public BoxCode {
    if (!(x > 0 && y > 0 && width > 0 && height > 0 && limit > 0)) {
      throw new FoveaException(
          "code of boxes: weights and limit must be positive, got %s, %s, %s, %s and %s"
              .formatted(x, y, width, height, limit));
    }
  }

  /** Returns the code with weights of 1: that of region proposals and RetinaNet. */
  public static BoxCode plain() {
    return new BoxCode(1, 1, 1, 1, LIMIT);
  }

  /** Returns the code with the weights 10, 10, 5, 5: that of second stages and SSD. */
  public static BoxCode weighted() {
    return new BoxCode(10, 10, 5, 5, LIMIT);
  }

  /** Returns this code with another limit of logarithms; infinite for none. */
  public BoxCode limit(double most) {
    return new BoxCode(x, y, width, height, most);
  }

  /** Writes the four numbers of box {@code j} beside anchor {@code i} to {@code to[at]} on. */
  public void encode(BoxArray anchors, int i, BoxArray boxes, int j, float[] to, int at) {
    double w = anchors.width(i);
    double h = anchors.height(i);
    to[at] = (float) (x * (boxes.centreX(j) - anchors.centreX(i)) / w);
    to[at + 1] = (float) (y * (boxes.centreY(j) - anchors.centreY(i)) / h);
    to[at + 2] = (float) (width * Math.log(boxes.width(j) / w));
    to[at + 3] = (float) (height * Math.log(boxes.height(j) / h));
  }

  /** Returns each box beside the anchor of the same number: four numbers each. */
  public float[] encode(BoxArray anchors, BoxArray boxes) {
    requireAsMany(anchors.size(), boxes.size());
    float[] t = new float[4 * boxes.size()];
    for (int i = 0; i < boxes.size(); i++) {
      encode(anchors, i, boxes, i, t, 4 * i);
    }
    return t;
  }

  /**
   * Returns the boxes that four numbers tell beside each anchor; they are not clipped.
   *
   * @throws FoveaException if there are not as many anchors
   */
  public BoxArray decode(BoxArray anchors, float... t) {
    requireAsMany(4 * anchors.size(), t.length);
    double[] boxes = new double[t.length];
    for (int i = 0; i < anchors.size(); i++) {
      decode(anchors, i, t, 4 * i, boxes, 4 * i);
    }
    return BoxArray.of(boxes);
  }

  /** Writes the box that {@code t[from]} on tells beside anchor {@code i} to {@code to[at]} on. */
  public void decode(BoxArray anchors, int i, float[] t, int from, double[] to, int at) {
    double w = anchors.width(i);
    double h = anchors.height(i);
    double centreX = anchors.centreX(i) + t[from] / x * w;
    double centreY = anchors.centreY(i) + t[from + 1] / y * h;
    double halfWidth = Math.exp(Math.min(limit, t[from + 2] / width)) * w / 2;
    double halfHeight = Math.exp(Math.min(limit, t[from + 3] / height)) * h / 2;
    to[at] = centreX - halfWidth;
    to[at + 1] = centreY - halfHeight;
    to[at + 2] = centreX + halfWidth;
    to[at + 3] = centreY + halfHeight;
  }

  /**
   * Returns in a graph the boxes that numbers t [.., 4] tell beside anchors, with the gradient by
   * t.
   *
   * @param anchors the anchors, of a shape that broadcasts to that of t
   * @return the boxes, of the shape of t
   */
  public Value decode(Value anchors, Value t) {
    Value left = anchors.slice(-1, 0, 1);
    Value top = anchors.slice(-1, 1, 1);
    Value w = anchors.slice(-1, 2, 1).minus(left);
    Value h = anchors.slice(-1, 3, 1).minus(top);
    Value centreX = middle(left, w, t.slice(-1, 0, 1), x);
    Value centreY = middle(top, h, t.slice(-1, 1, 1), y);
    Value halfWidth = half(w, t.slice(-1, 2, 1), width);
    Value halfHeight = half(h, t.slice(-1, 3, 1), height);
    return Columns.of(
        centreX.minus(halfWidth),
        centreY.minus(halfHeight),
        centreX.plus(halfWidth),
        centreY.plus(halfHeight));
  }

  private static Value middle(Value begin, Value side, Value t, double weight) {
    return begin.plus(side.times(0.5f)).plus(t.times((float) (1 / weight)).times(side));
  }

  private Value half(Value side, Value t, double weight) {
    Value log = t.times((float) (1 / weight));
    Value limited =
        limit == Double.POSITIVE_INFINITY
            ? log
            : log.with(BinaryFunction.MIN, Value.constant((float) limit));
    return limited.map(UnaryFunction.EXP).times(side).times(0.5f);
  }

  private static void requireAsMany(int expected, int got) {
    if (expected != got) {
      throw new FoveaException("code of boxes: need " + expected + " for the anchors, got " + got);
    }
  }
}
