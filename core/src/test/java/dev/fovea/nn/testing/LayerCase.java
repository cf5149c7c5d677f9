package dev.fovea.nn.testing;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;

/**
 * A layer at one shape, with what must hold of it.
 *
 * @param name what the case is about
 * @param layer the layer
 * @param input the shape of a sample
 * @param output the shape that a sample must become
 * @param parameters how many trainable numbers there must be
 * @param random whether training does something else at random than inference
 */
public record LayerCase(
    String name, Layer layer, Shape input, Shape output, int parameters, boolean random) {

  static LayerCase of(Layer layer, Shape input, Shape output, int parameters) {
    return new LayerCase(layer.kind(), layer, input, output, parameters, false);
  }

  LayerCase called(String other) {
    return new LayerCase(other, layer, input, output, parameters, random);
  }

  LayerCase atRandom() {
    return new LayerCase(name, layer, input, output, parameters, true);
  }

  @Override
  public String toString() {
    return name + " " + input + " to " + output;
  }
}
