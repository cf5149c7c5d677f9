package dev.fovea.formats.keras;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Formulas;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/**
 * Parametric ReLU with a slope of its own at each place of a sample, as Keras has it by default.
 *
 * <p>Parameter: {@code weight} of the shape of a sample.
 */
record PreluPerPlace() implements Layer {
  @Override
  public Signal forward(Signal x) {
    Shape places = x.shape().dropFirst();
    Value slope = x.trace().parameter("weight", places, Initializer.zeros());
    return x.with(Formulas.prelu(x.value(), slope));
  }

  @Override
  public String kind() {
    return "prelu";
  }
}
