package dev.fovea.nn;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * Squeeze-and-excitation: each channel is multiplied by a gate that is computed from the means of
 * all channels, gate(fc2 · activation(fc1 · mean)).
 *
 * <p>[N, H, W, C] ↦ [N, H, W, C]. Inner layers {@code fc1} (C → {@code squeezed}) and {@code fc2}
 * back, convolutions of 1×1 with bias. Defaults: ReLU and sigmoid. Hu et al., 2018.
 *
 * @param squeezed the number of channels of the bottleneck
 * @param activation the activation after the first inner layer
 * @param gate the activation after the second
 */
public record SqueezeExcite(int squeezed, Layer activation, Layer gate) implements Layer {
  /**
   * Checks the number of channels.
   *
   * @throws FoveaException if it is below 1
   */
  public SqueezeExcite {
    if (squeezed < 1) {
      throw new FoveaException(
          "squeeze_excite: squeezed channels must be at least 1, got " + squeezed);
    }
  }

  /** Returns this layer with another activation in the bottleneck, such as SiLU in EfficientNet. */
  public SqueezeExcite activation(Layer between) {
    return new SqueezeExcite(squeezed, between, gate);
  }

  /** Returns this layer with another gate, such as the hard sigmoid in MobileNet v3. */
  public SqueezeExcite gate(Layer last) {
    return new SqueezeExcite(squeezed, activation, last);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    ImageShapes.require(kind(), in);
    Signal mean = x.with(x.value().mean(1, 2));
    Signal between = Layers.conv2d(squeezed, 1).named("fc1").apply(mean);
    Signal back =
        Layers.conv2d(in.dim(3), 1)
            .named("fc2")
            .apply(activation.named("activation").apply(between));
    return x.times(gate.named("gate").apply(back));
  }

  @Override
  public String kind() {
    return "squeeze_excite";
  }
}
