package dev.fovea.formats.keras;

import dev.fovea.nn.Dense;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/**
 * A dense layer over the last axis: [N, …, in] ↦ [N, …, units].
 *
 * @param dense the layer as it is for rows
 */
record AxisDense(Dense dense) implements Layer {
  @Override
  public Signal forward(Signal x) {
    if (x.shape().rank() <= 2) {
      return dense.forward(x);
    }
    Shape weights = Shape.of(x.shape().dim(-1), dense.units());
    Value y = x.value().matmul(x.trace().parameter("weight", weights, dense.initializer()));
    return x.with(
        dense.bias()
            ? y.plus(x.trace().parameter("bias", Shape.of(dense.units()), Initializer.zeros()))
            : y);
  }

  @Override
  public String kind() {
    return "dense";
  }
}
