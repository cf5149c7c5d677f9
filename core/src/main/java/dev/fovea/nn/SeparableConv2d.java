package dev.fovea.nn;

/**
 * A separable convolution: a depthwise convolution followed by one of 1×1, [N, H, W, C] ↦ [N, H′,
 * W′, filters] (Sifre, 2014; Chollet, 2017).
 *
 * <p>Inner layers: {@code depthwise} without a bias and {@code pointwise} with one.
 *
 * @param depthwise the depthwise convolution
 * @param pointwise the convolution of 1×1
 */
public record SeparableConv2d(Conv2d depthwise, Conv2d pointwise) implements Layer {
  /** Returns this layer padded so that the output is ⌈input / stride⌉ high and wide. */
  public SeparableConv2d same() {
    return new SeparableConv2d(depthwise.same(), pointwise);
  }

  /** Returns this layer with another stride. */
  public SeparableConv2d stride(int stride) {
    return new SeparableConv2d(depthwise.stride(stride), pointwise);
  }

  /** Returns this layer with the same padding on all sides. */
  public SeparableConv2d padding(int all) {
    return new SeparableConv2d(depthwise.padding(all), pointwise);
  }

  /** Returns this layer with another dilation. */
  public SeparableConv2d dilation(int dilation) {
    return new SeparableConv2d(depthwise.dilation(dilation), pointwise);
  }

  /** Returns this layer without a bias, as before a batch normalisation. */
  public SeparableConv2d noBias() {
    return new SeparableConv2d(depthwise, pointwise.noBias());
  }

  /** Returns this layer with other starting values for both weights. */
  public SeparableConv2d init(Initializer weights) {
    return new SeparableConv2d(depthwise.init(weights), pointwise.init(weights));
  }

  @Override
  public Signal forward(Signal x) {
    return pointwise.named("pointwise").apply(depthwise.named("depthwise").apply(x));
  }

  @Override
  public String kind() {
    return "separable_conv2d";
  }
}
