package dev.fovea.systems.pose;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * The mean of w · (output − target)² over all elements, with a weight w for each channel of a
 * sample, such as 0 for key points whose place is not known, or for each cell, such as 0 where
 * persons are not marked.
 *
 * <p>Its targets are what the output should have been, and the weights: [N, C] of channels, or [N,
 * H, W] of cells.
 *
 * @param weights what has weights
 */
public record WeightedSquares(Weights weights) implements JointLoss {
  /** What has weights. */
  public enum Weights {
    /** The channels of each sample. */
    CHANNELS,
    /** The cells of each sample's maps. */
    CELLS
  }

  @Override
  public String name() {
    return "weighted_squares";
  }

  @Override
  public String description() {
    return name() + " of " + weights;
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    Shape y = outputs.get(0);
    if (weights == Weights.CHANNELS) {
      return List.of(y, Shape.of(y.dim(0), y.dim(-1)));
    }
    if (y.rank() != 4) {
      throw new FoveaException(name() + ": cells have weights, the output is " + y);
    }
    return List.of(y, Shape.of(y.dim(0), y.dim(1), y.dim(2)));
  }

  @Override
  public Value of(List<Value> outputs, List<Value> targets) {
    Value y = outputs.get(0);
    Shape s = y.shape();
    Shape each = Shape.of(s.dim(0), 1, 1, s.dim(-1));
    Shape shape =
        weights == Weights.CELLS
            ? Shape.of(s.dim(0), s.dim(1), s.dim(2), 1)
            : s.rank() == 4 ? each : Shape.of(s.dim(0), s.dim(-1));
    Value squares = y.minus(targets.get(0)).map(UnaryFunction.SQUARE);
    return squares.times(targets.get(1).reshape(shape)).mean().reshape(Shape.scalar());
  }
}
