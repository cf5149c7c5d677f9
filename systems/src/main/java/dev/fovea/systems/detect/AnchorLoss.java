package dev.fovea.systems.detect;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Formulas;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.systems.loss.MultiBoxLoss;
import dev.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loss of anchors, per anchor that learns an object: of boxes the smooth L1 distance of their
 * codes, of classes one of two.
 *
 * <p>Its targets are the rows of {@link AnchorTargets} and, unread, the objects.
 *
 * @param targets what anchors learn
 * @param compared how classes are learned
 * @param objects how many objects a picture has at most
 */
public record AnchorLoss(AnchorTargets targets, Classes compared, int objects)
    implements JointLoss {
  /** How classes are learned. */
  public sealed interface Classes {}

  /**
   * A softmax with background, of which those anchors count that are told worst.
   *
   * @param loss how many count
   */
  public record HardNegatives(MultiBoxLoss loss) implements Classes {}

  /**
   * Focal loss of each class by itself (Lin et al., 2017), −αₜ·(1 − pₜ)^γ·log pₜ.
   *
   * @param alpha the weight of what is there; 1 − α of what is not
   * @param gamma how much less counts what is told well already
   * @param beta the β of smooth L1
   */
  public record Focal(double alpha, double gamma, double beta) implements Classes {}

  @Override
  public String name() {
    return "anchors";
  }

  @Override
  public String description() {
    return "anchors %s, %s".formatted(targets, compared);
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    int n = outputs.get(0).dim(0);
    return List.of(targets.shape().prepend(n), Shape.of(n, objects, 5));
  }

  @Override
  public Map<String, Value> parts(List<Value> outputs, List<Value> given) {
    Value rows = outputs.get(0);
    int first = AnchorDecoder.BEFORE_CLASSES;
    Value logits = rows.slice(-1, first, rows.shape().dim(-1) - first);
    Value deltas = rows.slice(-1, 0, first);
    Value column = given.get(0).slice(-1, 0, 1);
    Value labels = column.reshape(Shape.of(column.shape().dim(0), column.shape().dim(1)));
    Value codes = given.get(0).slice(-1, 1, first);
    return switch (compared) {
      case HardNegatives(MultiBoxLoss loss) -> {
        MultiBoxLoss.Parts parts = loss.of(logits, deltas, labels, codes);
        yield parts(parts.classes(), parts.boxes());
      }
      case Focal f -> {
        Value object = column.with(BinaryFunction.GREATER, Value.constant(0));
        Value counts = column.with(BinaryFunction.GREATER, Value.constant(-0.5f));
        int classes = logits.shape().dim(-1);
        Value hot = Value.of(new Movement.OneHot(classes + 1), labels).slice(-1, 1, classes);
        Value what =
            Formulas.focalEntropy(logits, hot, (float) f.alpha, (float) f.gamma).times(counts);
        Value where = Formulas.smoothL1(deltas.minus(codes), (float) f.beta).times(object);
        Value count = object.sum().with(BinaryFunction.MAX, Value.constant(1));
        yield parts(
            scalar(what.sum()).over(scalar(count)), scalar(where.sum()).over(scalar(count)));
      }
    };
  }

  private static Map<String, Value> parts(Value classes, Value boxes) {
    Map<String, Value> parts = new LinkedHashMap<>();
    parts.put("classes", classes);
    parts.put("boxes", boxes);
    return parts;
  }

  private static Value scalar(Value v) {
    return v.reshape(Shape.scalar());
  }
}
