package dev.fovea.formats.weights;

import dev.fovea.nn.Dense;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Signal;

/**
 * A dense layer over all numbers of a sample, images included.
 *
 * <p>Parameters: those of the dense layer; its inputs lie in the order H, W, C.
 *
 * @param dense the layer behind the flattening
 */
public record FlatDense(Dense dense) implements Layer {
  @Override
  public Signal forward(Signal x) {
    return dense.forward(x.shape().rank() == 2 ? x : Layers.flatten().forward(x));
  }

  @Override
  public String kind() {
    return "dense";
  }
}
