package dev.fovea.formats.keras;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * A layer that is applied to each step of a sequence: [N, T, …] ↦ [N, T, …′].
 *
 * @param layer the layer for one step
 */
record PerPlace(Layer layer) implements Layer {
  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    if (in.rank() < 3) {
      throw new ShapeException(kind(), "needs sequences [N,T,…]", List.of(in));
    }
    int n = in.dim(0);
    int t = in.dim(1);
    Value places = x.value().reshape(in.dropFirst().dropFirst().prepend(n * t));
    Signal y = layer.forward(x.with(places));
    return y.with(y.value().reshape(y.shape().dropFirst().prepend(t).prepend(n)));
  }

  @Override
  public String kind() {
    return layer.kind();
  }
}
