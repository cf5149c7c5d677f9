package dev.fovea.insight.unit;

import dev.fovea.insight.colour.GradientPicture;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.op.GradientRule;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * How much each pixel moves the middle place of a layer (Luo et al., 2016): the mean over inputs of
 * Σ |∂A/∂x| with A the sum over the channels of that place. It is zero outside the {@linkplain
 * Layers.Layer#window window} and fades towards its edge.
 */
public final class EffectiveField {
  private EffectiveField() {}

  /**
   * Returns the field [H, W] of a layer.
   *
   * @param inputs as the network takes them, [H, W, C]
   * @throws FoveaException if the layer has no places or there are no inputs
   */
  public static Tensor of(Model model, String layer, List<Tensor> inputs) {
    Layers.Layer at = Layers.of(model).find(layer);
    if (at.shape().rank() != 3 || inputs.isEmpty()) {
      throw new FoveaException(
          "effective field: a layer [H, W, C] and an input expected, %s gives %s, inputs: %s"
              .formatted(layer, at.shape(), Integer.toString(inputs.size())));
    }
    Probe probe = Probe.ofGradients(model, middle(layer), GradientRule.EXACT);
    Shape input = model.inputs().getFirst();
    double[] sums = new double[input.dim(0) * input.dim(1)];
    probe.read(
        inputs.size(),
        (i, into, offset) ->
            System.arraycopy(inputs.get(i).data(), 0, into, offset, input.elements()),
        (reading, i) -> {
          Tensor sizes = reading.gradient();
          for (int j = 0; j < sizes.data().length; j++) {
            sizes.data()[j] = Math.abs(sizes.data()[j]);
          }
          Tensor map = GradientPicture.summed(sizes);
          for (int j = 0; j < sums.length; j++) {
            sums[j] += map.data()[j] / inputs.size();
          }
        });
    Tensor field = Tensor.zeros(Shape.of(input.dim(0), input.dim(1)));
    for (int j = 0; j < sums.length; j++) {
      field.data()[j] = (float) sums[j];
    }
    return field;
  }

  private static Target middle(String layer) {
    return network -> {
      Value v = network.layers().get(layer);
      if (v == null) {
        throw new FoveaException("effective field: no layer " + layer);
      }
      Shape s = v.shape();
      Shape one = Shape.of(s.dim(0), 1, 1, s.dim(3));
      return v.slice(new int[] {0, s.dim(1) / 2, s.dim(2) / 2, 0}, one)
          .sum(3)
          .reshape(Shape.of(s.dim(0)));
    };
  }
}
