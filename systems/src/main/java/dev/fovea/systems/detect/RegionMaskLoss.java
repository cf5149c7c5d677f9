package dev.fovea.systems.detect;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Value;
import dev.fovea.systems.loss.MaskLoss;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * The loss of a mask head, {@link MaskLoss}, of the rows of a {@link RegionSampler} [N, S, 10],
 * logits of the first regions [N, P, H, W, classes] and the masks of {@link RegionMasks} [N, P, H,
 * W]: it has no target of its own. Objects whose own pixels are not known do not count.
 */
public record RegionMaskLoss() implements JointLoss {
  @Override
  public String name() {
    return "masks";
  }

  @Override
  public int outputs() {
    return 3;
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    return List.of();
  }

  @Override
  public Value of(List<Value> outputs, List<Value> targets) {
    Shape s = outputs.get(1).shape();
    int all = s.dim(0) * s.dim(1);
    Value rows = outputs.get(0).slice(1, 0, s.dim(1));
    Value masks = outputs.get(2).reshape(Shape.of(all, s.dim(2), s.dim(3)));
    // Background, what is not known and rows that fill up become −1 or less: it counts for nothing.
    Value labels =
        rows.slice(-1, RegionSampler.LABEL, 1)
            .reshape(Shape.of(all))
            .times(known(masks))
            .minus(Value.constant(1));
    Value logits = outputs.get(1).reshape(Shape.of(all, s.dim(2), s.dim(3), s.dim(4)));
    return MaskLoss.of(logits, labels, masks);
  }

  /** Returns 1 for each mask whose numbers are shares, 0 for those that are −1. */
  private static Value known(Value masks) {
    return masks
        .slice(1, 0, 1)
        .slice(2, 0, 1)
        .reshape(Shape.of(masks.shape().dim(0)))
        .with(BinaryFunction.GREATER, Value.constant(-0.5f));
  }
}
