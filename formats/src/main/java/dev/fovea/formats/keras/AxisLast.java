package dev.fovea.formats.keras;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * A layer over another axis than the last.
 *
 * @param last the layer as it is over the last axis
 * @param axis the axis, the batch counted; negative ones from the end
 */
record AxisLast(Layer last, int axis) implements Layer {
  @Override
  public Signal forward(Signal x) {
    int rank = x.shape().rank();
    int at = axis < 0 ? axis + rank : axis;
    if (at < 1 || at >= rank) {
      throw new ShapeException(kind(), "there is no axis " + axis, List.of(x.shape()));
    }
    return KerasSteps.moved(last.forward(KerasSteps.moved(x, at, rank - 1)), rank - 1, at);
  }

  @Override
  public String kind() {
    return last.kind();
  }
}
