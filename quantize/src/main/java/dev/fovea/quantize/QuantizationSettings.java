package dev.fovea.quantize;

import java.util.List;

/**
 * What a {@link Quantizer} does beside rounding.
 *
 * @param calibration how ranges follow from numbers
 * @param biasCorrection whether biases take up the mean of what rounded weights change: for a layer
 *     y = W x + b with rounded weights Ŵ, b becomes b − (Ŵ − W) · mean(x) (Nagel et al., 2019,
 *     <i>Data-Free Quantization through Weight Equalization and Bias Correction</i>)
 * @param equalization whether two layers, one of which reads the other's result through no more
 *     than a rectifier and maximum pooling, share the ranges of their weights: output channel c of
 *     the first is divided by s = √(r₁ / r₂) and input channel c of the second multiplied by it,
 *     with r₁ and r₂ the largest weights of the two (Nagel et al., 2019). An upper limit of the
 *     rectifier is divided by s as well, so that the function is the same; a limit per channel is
 *     computed in floats, which takes a pass over the map
 * @param skip paths of layers that stay in floating point; that of a block stands for all in it
 */
public record QuantizationSettings(
    Calibration calibration, boolean biasCorrection, boolean equalization, List<String> skip) {
  /** Copies the list. */
  public QuantizationSettings {
    skip = List.copyOf(skip);
  }

  /** Returns the usual settings: least to greatest number, nothing else. */
  public static QuantizationSettings standard() {
    return new QuantizationSettings(Calibration.MIN_MAX, false, false, List.of());
  }

  /** Returns these settings with another calibration. */
  public QuantizationSettings with(Calibration other) {
    return new QuantizationSettings(other, biasCorrection, equalization, skip);
  }

  /** Returns these settings with or without bias correction. */
  public QuantizationSettings biasCorrection(boolean on) {
    return new QuantizationSettings(calibration, on, equalization, skip);
  }

  /** Returns these settings with or without equalization across layers. */
  public QuantizationSettings equalization(boolean on) {
    return new QuantizationSettings(calibration, biasCorrection, on, skip);
  }

  /** Returns these settings with other layers that stay in floating point. */
  public QuantizationSettings skip(List<String> paths) {
    return new QuantizationSettings(calibration, biasCorrection, equalization, paths);
  }
}
