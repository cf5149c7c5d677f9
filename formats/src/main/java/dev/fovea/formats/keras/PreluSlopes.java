package dev.fovea.formats.keras;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Formulas;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * Parametric ReLU with a slope of its own at each place of a sample but for axes that share one, as
 * Keras has it.
 *
 * <p>Parameter: {@code weight} of the shape of a sample, shared axes of extent 1.
 *
 * @param shared the axes that share slopes, the batch counted
 */
record PreluSlopes(List<Integer> shared) implements Layer {
  @Override
  public Signal forward(Signal x) {
    int[] dims = x.shape().dropFirst().dims();
    for (int axis : shared) {
      if (axis >= 1 && axis <= dims.length) {
        dims[axis - 1] = 1;
      }
    }
    Value slope = x.trace().parameter("weight", Shape.of(dims), Initializer.zeros());
    return x.with(Formulas.prelu(x.value(), slope));
  }

  @Override
  public String kind() {
    return "prelu";
  }
}
