package dev.fovea.systems.detect;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.Value;
import dev.fovea.systems.loss.RegionLoss;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * The loss of a second stage that tells classes alone: the cross-entropy of logits [N, S, classes]
 * and the rows of a {@link RegionSampler}, which say what is right. Its target is, unread, the
 * objects.
 *
 * @param objects how many objects a picture has at most
 */
public record RegionClassLoss(int objects) implements JointLoss {
  @Override
  public String name() {
    return "regions";
  }

  @Override
  public String description() {
    return "classes of regions";
  }

  @Override
  public int outputs() {
    return 2;
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    return List.of(Shape.of(outputs.get(0).dim(0), objects, 5));
  }

  @Override
  public Value of(List<Value> outputs, List<Value> targets) {
    Value rows = outputs.get(1);
    Shape each = Shape.of(rows.shape().dim(0), rows.shape().dim(1));
    return RegionLoss.classes(outputs.get(0), rows.slice(-1, RegionSampler.LABEL, 1).reshape(each));
  }
}
