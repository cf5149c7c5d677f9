package dev.fovea.formats.keras;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;

/**
 * A layer on samples whose channels come first: [N, C, …] ↦ [N, C′, …], or rows.
 *
 * @param last the layer as it is for channels that come last
 */
record ChannelsFirst(Layer last) implements Layer {
  @Override
  public Signal forward(Signal x) {
    int rank = x.shape().rank();
    Signal y = last.forward(KerasSteps.moved(x, 1, rank - 1));
    return y.shape().rank() < 3 ? y : KerasSteps.moved(y, y.shape().rank() - 1, 1);
  }

  @Override
  public String kind() {
    return last.kind();
  }
}
