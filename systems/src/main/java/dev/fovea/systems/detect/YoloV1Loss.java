package dev.fovea.systems.detect;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.HostCall;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loss of the first YOLO (Redmon et al., 2016), per sample: squared errors of all numbers.
 *
 * <p>Of the boxes of a cell with an object the one that overlaps it most answers for it (if none
 * does, the one with the least squared distance): its place and the roots of its sides count 5
 * times, its confidence should be the overlap. All other confidences should be 0 and count half.
 * Classes count in cells with an object. Confidences in cells without one that lie mostly in a
 * crowd do not count.
 *
 * <p>Its targets are the cells of {@link YoloV1Grid#targets} and, unread, the objects.
 *
 * @param grid the grid
 * @param rescores whether confidence should be the overlap of the box; else 1
 * @param objects how many objects a picture has at most
 */
public record YoloV1Loss(YoloV1Grid grid, boolean rescores, int objects) implements JointLoss {
  private static final float PLACE = 5;
  private static final float NO_OBJECT = 0.5f;

  @Override
  public String name() {
    return "yolo-v1";
  }

  @Override
  public String description() {
    return "yolo-v1 " + grid + (rescores ? "" : ", confidence 1");
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    int n = outputs.get(0).dim(0);
    return List.of(grid.targetShape().prepend(n), Shape.of(n, objects, 5));
  }

  @Override
  public Map<String, Value> parts(List<Value> outputs, List<Value> targets) {
    Value wanted = targets.get(0);
    int n = wanted.shape().dim(0);
    Value cells = outputs.get(0).reshape(Shape.of(n, grid.cells(), grid.numbers()));
    int classes = grid.classes();
    int boxes = grid.boxes();
    Value cell = wanted.slice(-1, 0, 1);
    Value there = cell.with(BinaryFunction.MAX, Value.constant(0));
    Value counted = cell.with(BinaryFunction.MIN, Value.constant(0)).plus(Value.constant(1));
    Value asked = asked(cells, wanted);
    Value answers = asked.slice(-1, 0, boxes);
    Value aim = asked.slice(-1, boxes, boxes);
    Value ofClasses =
        squares(cells.slice(-1, 0, classes), wanted.slice(-1, 1, classes)).times(there);
    Value confidence = cells.slice(-1, classes, boxes);
    Value counts = answers.times(1 - NO_OBJECT).plus(Value.constant(NO_OBJECT)).times(counted);
    Value sure = squares(confidence, aim).times(counts).sum();
    Value box = wanted.slice(-1, 1 + classes, 4);
    Value places = Value.constant(0);
    for (int b = 0; b < boxes; b++) {
      Value own = cells.slice(-1, classes + boxes + 4 * b, 4);
      Value one = squares(own, box).times(answers.slice(-1, b, 1)).sum();
      places = places.plus(one.reshape(Shape.scalar()));
    }
    Map<String, Value> parts = new LinkedHashMap<>();
    parts.put("boxes", places.times(PLACE / n));
    parts.put("objects", sure.reshape(Shape.scalar()).times(1f / n));
    parts.put("classes", ofClasses.sum().reshape(Shape.scalar()).times(1f / n));
    return parts;
  }

  private static Value squares(Value a, Value b) {
    return a.minus(b).map(UnaryFunction.SQUARE);
  }

  /** Returns of each box whether it answers, and what its confidence should be. */
  private Value asked(Value cells, Value wanted) {
    Shape shape = cells.shape().withDim(-1, 2 * grid.boxes());
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(2, null);
    return Value.of(new HostCall("yolo_v1_asked", shape, this::ask, none), cells, wanted);
  }

  private void ask(List<FloatBuffer> in, FloatBuffer out) {
    int width = grid.targetShape().dim(1);
    int cells = in.get(1).limit() / width;
    for (int cell = 0; cell < cells; cell++) {
      for (int i = 0; i < 2 * grid.boxes(); i++) {
        out.put(2 * grid.boxes() * cell + i, 0);
      }
      if (in.get(1).get(cell * width) > 0) {
        choose(in.get(0), in.get(1), cell, out);
      }
    }
  }

  private void choose(FloatBuffer cells, FloatBuffer wanted, int cell, FloatBuffer out) {
    int truth = cell * grid.targetShape().dim(1) + 1 + grid.classes();
    int first = cell * grid.numbers() + grid.classes() + grid.boxes();
    int best = 0;
    double overlap = 0;
    double distance = Double.POSITIVE_INFINITY;
    for (int b = 0; b < grid.boxes(); b++) {
      double iou = iou(cells, first + 4 * b, wanted, truth);
      double apart = apart(cells, first + 4 * b, wanted, truth);
      boolean better = (overlap > 0 || iou > 0) ? iou > overlap : apart < distance;
      if (better) {
        best = b;
        overlap = iou;
        distance = apart;
      }
    }
    int at = 2 * grid.boxes() * cell;
    out.put(at + best, 1);
    out.put(at + grid.boxes() + best, rescores ? (float) overlap : 1);
  }

  /** Returns the side of a number, 0 to 3 for x, y, w and h, as a share of the picture. */
  private double side(FloatBuffer from, int at, int i) {
    double v = from.get(at + i);
    return i == 0 ? v / grid.columns() : i == 1 ? v / grid.rows() : v * v;
  }

  private double iou(FloatBuffer a, int i, FloatBuffer b, int j) {
    double both = 1;
    for (int axis = 0; axis < 2; axis++) {
      double mine = side(a, i, axis);
      double theirs = side(b, j, axis);
      double half = side(a, i, axis + 2) / 2;
      double other = side(b, j, axis + 2) / 2;
      both *=
          Math.max(
              0, Math.min(mine + half, theirs + other) - Math.max(mine - half, theirs - other));
    }
    double areas = side(a, i, 2) * side(a, i, 3) + side(b, j, 2) * side(b, j, 3);
    return both > 0 ? both / (areas - both) : 0;
  }

  private double apart(FloatBuffer a, int i, FloatBuffer b, int j) {
    double sum = 0;
    for (int k = 0; k < 4; k++) {
      double d = side(a, i, k) - side(b, j, k);
      sum += d * d;
    }
    return sum;
  }
}
