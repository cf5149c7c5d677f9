package dev.fovea.systems.detect;

import dev.fovea.data.Mark;
import dev.fovea.nn.JointLoss;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.HostCall;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Overlap;
import dev.fovea.systems.box.OverlapLoss;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loss of YOLO since its third version, per object of the batch: of boxes, of whether there is
 * an object, and of classes, the latter two as binary cross-entropies over logits.
 *
 * <p>Rows that learn an object should say 1, all others 0; but a row whose box overlaps some object
 * by more than a threshold without learning it, or lies mostly in a crowd, is left alone. Which
 * ones these are follows from the boxes that the network tells, without gradient.
 *
 * <p>Its targets are the rows of {@link YoloTargets} and the objects [most, 5] of {@link
 * dev.fovea.data.Target#boxes}.
 */
public final class YoloLoss implements JointLoss {
  /** How boxes are compared. */
  public enum Boxes {
    /**
     * Middle by cross-entropy, logarithms of sides by half their squared difference, both times 2 −
     * the object's share of the picture: small objects count more (Redmon and Farhadi, 2018).
     */
    COORDINATES,
    /** Twice 1 − CIoU. */
    COMPLETE_IOU
  }

  private static final float OVERLAP_WEIGHT = 2;
  private static final float EDGE = 1e-3f;

  private final YoloTargets targets;
  private final YoloBoxes boxes;
  private final double stretch;
  private final double ignored;
  private final Boxes compared;
  private final int objects;

  /** One object for all graphs, so that a graph computes it once. */
  private final HostCall.Function counts = this::counts;

  /**
   * Creates a loss.
   *
   * @param targets how objects are assigned to rows
   * @param stretch as of {@link YoloDecoder}
   * @param ignored the IoU above which a row that learns no object is left alone
   * @param compared how boxes are compared
   * @param objects how many objects a picture has at most
   */
  public YoloLoss(
      YoloTargets targets, double stretch, double ignored, Boxes compared, int objects) {
    this.targets = targets;
    this.boxes = new YoloBoxes(targets.anchors(), stretch);
    this.stretch = stretch;
    this.ignored = ignored;
    this.compared = compared;
    this.objects = objects;
  }

  @Override
  public String name() {
    return "yolo";
  }

  @Override
  public String description() {
    return "yolo %s, %s, stretch %s, ignored above %s"
        .formatted(targets, compared, stretch, ignored);
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    int n = outputs.get(0).dim(0);
    return List.of(targets.shape().prepend(n), Shape.of(n, objects, YoloDecoder.BEFORE_CLASSES));
  }

  @Override
  public Map<String, Value> parts(List<Value> outputs, List<Value> given) {
    Value rows = outputs.get(0).reshape(given.get(0).shape());
    Value wanted = given.get(0);
    Value assigned = wanted.slice(-1, 4, 1);
    int first = YoloDecoder.BEFORE_CLASSES;
    Value classes =
        entropy(
            rows.slice(-1, first, targets.classes()), wanted.slice(-1, first, targets.classes()));
    Value object =
        entropy(rows.slice(-1, 4, 1), assigned).times(counted(rows, given.get(1), assigned));
    Value count = count(given.get(1));
    Map<String, Value> parts = new LinkedHashMap<>();
    Value where = boxes(rows.slice(-1, 0, 4), wanted.slice(-1, 0, 4), assigned);
    parts.put("boxes", where.sum().reshape(Shape.scalar()).over(count));
    parts.put("objects", object.sum().reshape(Shape.scalar()).over(count));
    parts.put("classes", classes.times(assigned).sum().reshape(Shape.scalar()).over(count));
    return parts;
  }

  /** Returns softplus(y) − y·t, the cross-entropy of σ(y). */
  private static Value entropy(Value y, Value t) {
    return y.activate(Activation.SOFTPLUS).minus(y.times(t));
  }

  /** Returns how many objects there are, at least 1. */
  private static Value count(Value objects) {
    Value labels = objects.slice(-1, 0, 1).plus(Value.constant(-Mark.PADDING));
    Value there =
        labels
            .with(BinaryFunction.MIN, Value.constant(1))
            .with(BinaryFunction.MAX, Value.constant(0))
            .sum();
    return there.with(BinaryFunction.MAX, Value.constant(1)).reshape(Shape.scalar());
  }

  private Value boxes(Value t, Value wanted, Value assigned) {
    return switch (compared) {
      case COORDINATES -> coordinates(t, wanted, assigned);
      case COMPLETE_IOU -> {
        Value found = boxes.decode(t);
        // What learns nothing is compared with itself: with no box at all it would be 0/0.
        Value other = wanted.plus(found.times(Value.constant(1).minus(assigned)));
        Value loss = OverlapLoss.of(Overlap.CIOU, found, other).reshape(assigned.shape());
        yield loss.times(assigned).times(OVERLAP_WEIGHT);
      }
    };
  }

  private Value coordinates(Value t, Value wanted, Value assigned) {
    Value begin = wanted.slice(-1, 0, 2);
    Value sides = wanted.slice(-1, 2, 2).minus(begin);
    Value middles = begin.plus(sides.times(0.5f));
    Value place = middles.minus(boxes.middles()).over(boxes.reach()).plus(Value.constant(0.5f));
    Value limited =
        place
            .with(BinaryFunction.MAX, Value.constant(0))
            .with(BinaryFunction.MIN, Value.constant(1));
    Value logs =
        sides
            .with(BinaryFunction.MAX, Value.constant(EDGE))
            .over(boxes.sizes())
            .map(UnaryFunction.LOG);
    float picture = (float) targets.anchors().height() * targets.anchors().width();
    Value area = sides.slice(-1, 0, 1).times(sides.slice(-1, 1, 1));
    Value weight = Value.constant(2).minus(area.times(1 / picture)).times(assigned);
    Value apart = t.slice(-1, 2, 2).minus(logs).map(UnaryFunction.SQUARE).times(0.5f);
    return entropy(t.slice(-1, 0, 2), limited).plus(apart).times(weight);
  }

  /** Returns 1 for rows that count, 0 for those that are left alone: [N, rows, 1]. */
  private Value counted(Value rows, Value present, Value assigned) {
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(3, null);
    HostCall call = new HostCall("yolo_counts", assigned.shape(), counts, none);
    return Value.of(call, rows, present, assigned);
  }

  private void counts(List<FloatBuffer> in, FloatBuffer out) {
    int width = targets.shape().dim(1);
    int count = boxes.count();
    double[] box = new double[4];
    for (int i = 0; i < out.limit(); i++) {
      boolean counts = in.get(2).get(i) != 0;
      if (!counts) {
        boxes.decode(i % count, in.get(0), i * width, box);
        counts = !overlaps(box, in.get(1), i / count * objects * YoloDecoder.BEFORE_CLASSES);
      }
      out.put(i, counts ? 1 : 0);
    }
  }

  /**
   * Returns whether a box overlaps an object of a picture too much to be called none, or lies
   * mostly in a crowd.
   */
  private boolean overlaps(double[] box, FloatBuffer present, int begin) {
    double area = (box[2] - box[0]) * (box[3] - box[1]);
    for (int k = 0; k < objects; k++) {
      int at = begin + k * YoloDecoder.BEFORE_CLASSES;
      if (present.get(at) == Mark.PADDING) {
        return false;
      }
      double w = Math.min(box[2], present.get(at + 3)) - Math.max(box[0], present.get(at + 1));
      double h = Math.min(box[3], present.get(at + 4)) - Math.max(box[1], present.get(at + 2));
      if (w > 0
          && h > 0
          && present.get(at) == Mark.Boxes.IGNORED
          && Matcher.isCrowded(w * h, area)) {
        return true;
      }
      if (w > 0 && h > 0) {
        double own =
            (double) (present.get(at + 3) - present.get(at + 1))
                * (present.get(at + 4) - present.get(at + 2));
        if (w * h > ignored * (area + own - w * h)) {
          return true;
        }
      }
    }
    return false;
  }
}
