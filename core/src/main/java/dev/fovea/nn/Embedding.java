package dev.fovea.nn;

import dev.fovea.op.Sampling;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * An embedding layer: a table of learned rows, looked up by index: [N, ..] ↦ [N, .., dimensions].
 *
 * <p>An index outside the table gives zeros, which may serve as padding. Parameter: {@code weight}
 * [rows, dimensions], by default drawn from the standard normal distribution.
 *
 * @param rows the number of rows
 * @param dimensions the length of a row
 * @param initializer the rows' starting values
 */
public record Embedding(int rows, int dimensions, Initializer initializer) implements Layer {
  /**
   * Checks the extents.
   *
   * @throws FoveaException if one is below 1
   */
  public Embedding {
    if (rows < 1 || dimensions < 1) {
      throw new FoveaException(
          "embedding: rows and dimensions must be at least 1, got " + rows + " and " + dimensions);
    }
  }

  /** Returns this layer with other starting values. */
  public Embedding init(Initializer values) {
    return new Embedding(rows, dimensions, values);
  }

  @Override
  public Signal forward(Signal x) {
    Value table = x.trace().parameter("weight", Shape.of(rows, dimensions), initializer);
    return x.with(Value.of(new Sampling.Gather(), table, x.value()));
  }

  @Override
  public String kind() {
    return "embedding";
  }
}
