package dev.fovea.systems.detect;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * How YOLO since its third version tells a box beside an anchor: the middle is (a + (σ(t) − ½) · s
 * · step) with the middle a of the cell, its side as step and a stretch s, the size is that of the
 * anchor times exp(t).
 *
 * <p>With a stretch of 1 the middle stays in the cell (Redmon and Farhadi, 2018); one of 2 reaches
 * half a cell beyond, so that a middle on the border of two cells needs no infinite logit
 * (Bochkovskiy et al., 2020, call it scale_x_y).
 */
final class YoloBoxes {
  /**
   * What of t is more counts as this, a side of 22,026 times that of the anchor, so that damaged
   * weights give no infinite box and no infinite loss.
   */
  private static final float LIMIT = 10;

  private final BoxArray anchors;
  private final double[] steps;
  private final double stretch;

  YoloBoxes(GridAnchors anchors, double stretch) {
    this.anchors = anchors.boxes();
    this.steps = anchors.steps();
    this.stretch = stretch;
  }

  int count() {
    return anchors.size();
  }

  /** Writes [left, top, right, bottom] of the box of row {@code i} that four numbers tell. */
  void decode(int i, FloatBuffer t, int at, double[] box) {
    double x = anchors.centreX(i) + (sigmoid(t.get(at)) - 0.5) * stretch * steps[2 * i];
    double y = anchors.centreY(i) + (sigmoid(t.get(at + 1)) - 0.5) * stretch * steps[2 * i + 1];
    double w = anchors.width(i) * Math.exp(Math.min(LIMIT, t.get(at + 2))) / 2;
    double h = anchors.height(i) * Math.exp(Math.min(LIMIT, t.get(at + 3))) / 2;
    box[0] = x - w;
    box[1] = y - h;
    box[2] = x + w;
    box[3] = y + h;
  }

  static double sigmoid(double x) {
    return Activation.SIGMOID.apply(x);
  }

  /**
   * Returns the boxes that rows tell, with their gradient.
   *
   * @param t the rows [N, rows, 4]
   * @return [N, rows, 4]
   */
  Value decode(Value t) {
    Value half = Value.constant(0.5f);
    Value middle = t.slice(-1, 0, 2).activate(Activation.SIGMOID).minus(half).times(reach());
    middle = middle.plus(middles());
    Value limited = t.slice(-1, 2, 2).with(BinaryFunction.MIN, Value.constant(LIMIT));
    Value sides = limited.map(UnaryFunction.EXP).times(sizes()).times(0.5f);
    return Value.of(new Movement.Concat(2), List.of(middle.minus(sides), middle.plus(sides)));
  }

  /** Returns how far the middle reaches, in pixels: [1, rows, 2]. */
  Value reach() {
    return constant((i, axis) -> stretch * steps[2 * i + axis]);
  }

  /** Returns the middles of the cells [1, rows, 2]. */
  Value middles() {
    return constant((i, axis) -> axis == 0 ? anchors.centreX(i) : anchors.centreY(i));
  }

  /** Returns width and height of the anchors [1, rows, 2]. */
  Value sizes() {
    return constant((i, axis) -> axis == 0 ? anchors.width(i) : anchors.height(i));
  }

  private interface Entry {
    double at(int row, int axis);
  }

  private Value constant(Entry entry) {
    Tensor t = Tensor.zeros(Shape.of(1, count(), 2));
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = (float) entry.at(i / 2, i % 2);
    }
    return Value.constant(t);
  }
}
