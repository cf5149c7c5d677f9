package dev.fovea.systems.pose;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * The loss of key points of regions (He et al., 2017): cross-entropy over the cells of a region,
 * one of which holds the point; the mean over points that count, 0 without any.
 *
 * <p>It is of logits [N, P, H, W, kinds] and the numbers of the cells [N, P, kinds] of {@link
 * RegionPointTargets}: it has no target of its own.
 */
public record RegionPointLoss() implements JointLoss {
  @Override
  public String name() {
    return "points";
  }

  @Override
  public int outputs() {
    return 2;
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    return List.of();
  }

  @Override
  public Value of(List<Value> outputs, List<Value> targets) {
    Shape s = outputs.get(0).shape();
    int regions = s.dim(0) * s.dim(1);
    int cells = s.dim(2) * s.dim(3);
    int kinds = s.dim(4);
    Value logits =
        outputs
            .get(0)
            .reshape(Shape.of(regions, cells, kinds))
            .transpose(0, 2, 1)
            .reshape(Shape.of(regions * kinds, cells));
    Value labels = outputs.get(1).reshape(Shape.of(regions * kinds));
    // A label of −1 has no place in its row.
    Value hot = Value.of(new Movement.OneHot(cells), labels);
    Value logs = Value.of(new Normalization.LogSoftmax(), logits).times(hot);
    Value count = hot.sum().reshape(Shape.scalar());
    return logs.sum()
        .reshape(Shape.scalar())
        .times(-1)
        .over(count.with(BinaryFunction.MAX, Value.constant(1)));
  }
}
