package dev.fovea.formats.keras;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Formulas;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;

/**
 * Normalisation of each sample over some axes: (x − mean) / √(variance + ε) · weight + bias, or
 * without the mean x / √(mean of squares + ε) · weight (Zhang and Sennrich, 2019).
 *
 * <p>Parameters {@code weight} and {@code bias}: the extents of the axes, those that there are.
 *
 * @param axes the axes, the batch counted; negative ones from the end
 * @param epsilon what keeps the divisor from 0
 * @param centred whether the mean is subtracted
 * @param scale whether there is a weight
 * @param shift whether there is a bias
 */
record AxesNorm(List<Integer> axes, float epsilon, boolean centred, boolean scale, boolean shift)
    implements Layer {
  @Override
  public Signal forward(Signal x) {
    int[] over = over(x.shape());
    Value y =
        centred
            ? Formulas.standardized(x.value(), epsilon, over)
            : x.value()
                .times(
                    Formulas.reciprocalRoot(
                        x.value().map(UnaryFunction.SQUARE).mean(over), epsilon));
    int[] own = new int[over.length];
    int[] spread = new int[x.shape().rank() - 1];
    Arrays.fill(spread, 1);
    for (int i = 0; i < own.length; i++) {
      own[i] = x.shape().dim(over[i]);
      spread[over[i] - 1] = own[i];
    }
    Shape parameter = Shape.of(own);
    Shape places = Shape.of(spread);
    if (scale) {
      y = y.times(x.trace().parameter("weight", parameter, Initializer.ones()).reshape(places));
    }
    if (shift) {
      y = y.plus(x.trace().parameter("bias", parameter, Initializer.zeros()).reshape(places));
    }
    return x.with(y);
  }

  /** Returns the axes in order, none negative. */
  int[] over(Shape in) {
    int[] over =
        axes.stream().mapToInt(a -> a < 0 ? a + in.rank() : a).sorted().distinct().toArray();
    if (over.length == 0 || over[0] < 1 || over[over.length - 1] >= in.rank()) {
      throw new ShapeException(kind(), "there are no axes " + axes, List.of(in));
    }
    return over;
  }

  @Override
  public String kind() {
    return centred ? "layer_norm" : "rms_norm";
  }
}
