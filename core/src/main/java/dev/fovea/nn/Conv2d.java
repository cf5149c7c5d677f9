package dev.fovea.nn;

import dev.fovea.op.Contraction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * A 2-D convolution layer: [N, H, W, Cin] ↦ [N, H′, W′, filters], cross-correlation plus bias.
 *
 * <p>The number of input channels is inferred. Defaults: stride 1, no padding, dilation 1, one
 * group, a bias, Glorot uniform weights. Parameters: {@code weight} [kh, kw, Cin/groups, filters]
 * and {@code bias} [filters].
 *
 * @param filters the number of output channels
 * @param window kernel, stride, padding, dilation
 * @param samePadding whether padding is chosen so that the output is ⌈input / stride⌉
 * @param exact whether windows must cover the image exactly, with no row or column left over
 * @param groups the number of independent groups of channels; {@link #DEPTHWISE} for one per input
 *     channel, with {@code filters} then counted per input channel
 * @param bias whether a bias is added
 * @param initializer the weights' starting values
 * @param biasInitializer the biases' starting values; 0 by default
 */
public record Conv2d(
    int filters,
    Window2d window,
    boolean samePadding,
    boolean exact,
    int groups,
    boolean bias,
    Initializer initializer,
    Initializer biasInitializer)
    implements Layer {

  /** The value of {@code groups} that stands for the number of input channels. */
  public static final int DEPTHWISE = 0;

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if there is no filter or the number of groups is negative
   */
  public Conv2d {
    if (filters < 1) {
      throw new FoveaException("conv2d: filters must be at least 1, got " + filters);
    }
    if (groups < 0) {
      throw new FoveaException("conv2d: groups must be at least 1, got " + groups);
    }
  }

  /** Creates a layer whose biases begin at 0. */
  public Conv2d(
      int filters,
      Window2d window,
      boolean samePadding,
      boolean exact,
      int groups,
      boolean bias,
      Initializer initializer) {
    this(filters, window, samePadding, exact, groups, bias, initializer, Initializer.zeros());
  }

  Conv2d(int filters, Window2d window) {
    this(filters, window, false, false, 1, true, Initializer.glorotUniform());
  }

  /** Returns this layer padded so that the output is ⌈input / stride⌉ high and wide. */
  public Conv2d same() {
    return new Conv2d(filters, window, true, exact, groups, bias, initializer, biasInitializer);
  }

  /** Returns this layer with another stride. */
  public Conv2d stride(int stride) {
    return stride(stride, stride);
  }

  /** Returns this layer with other strides. */
  public Conv2d stride(int height, int width) {
    return with(window.stride(height, width));
  }

  /** Returns this layer with the same padding on all sides. */
  public Conv2d padding(int all) {
    return padding(all, all, all, all);
  }

  /** Returns this layer with other paddings. */
  public Conv2d padding(int top, int bottom, int left, int right) {
    Window2d padded = window.padding(top, bottom, left, right);
    return new Conv2d(filters, padded, false, exact, groups, bias, initializer, biasInitializer);
  }

  /** Returns this layer with another dilation. */
  public Conv2d dilation(int dilation) {
    return dilation(dilation, dilation);
  }

  /** Returns this layer with other dilations. */
  public Conv2d dilation(int height, int width) {
    return with(window.dilation(height, width));
  }

  /** Returns this layer with its channels divided into this many independent groups. */
  public Conv2d groups(int count) {
    if (count < 1) {
      throw new FoveaException("conv2d: groups must be at least 1, got " + count);
    }
    return new Conv2d(
        filters, window, samePadding, exact, count, bias, initializer, biasInitializer);
  }

  /** Returns this layer without a bias, as before a batch normalisation. */
  public Conv2d noBias() {
    return new Conv2d(
        filters, window, samePadding, exact, groups, false, initializer, biasInitializer);
  }

  /** Returns this layer with other starting values for its weights. */
  public Conv2d init(Initializer weights) {
    return new Conv2d(filters, window, samePadding, exact, groups, bias, weights, biasInitializer);
  }

  /** Returns this layer with other starting values for its biases. */
  public Conv2d initBias(Initializer biases) {
    return new Conv2d(filters, window, samePadding, exact, groups, bias, initializer, biases);
  }

  /** Returns this layer rejecting inputs whose last rows or columns no window would cover. */
  public Conv2d strict() {
    return new Conv2d(
        filters, window, samePadding, true, groups, bias, initializer, biasInitializer);
  }

  Conv2d with(Window2d other) {
    return new Conv2d(
        filters, other, samePadding, exact, groups, bias, initializer, biasInitializer);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    ImageShapes.require("conv2d", in);
    int channels = in.dim(3);
    int parts = groups == DEPTHWISE ? channels : groups;
    int out = groups == DEPTHWISE ? channels * filters : filters;
    if (channels % parts != 0) {
      throw new ShapeException(
          "conv2d", channels + " channels do not divide into " + parts + " groups", List.of(in));
    }
    Window2d w = samePadding ? window.same(in.dim(1), in.dim(2)) : window;
    if (exact) {
      ImageShapes.requireExact("conv2d", w, in);
    }
    Shape weights = Shape.of(w.kernelHeight(), w.kernelWidth(), channels / parts, out);
    Value weight = x.trace().parameter("weight", weights, initializer);
    Signal y = x.apply(new Contraction.Conv2d(w, parts), weight);
    return bias ? y.plusBias(biasInitializer) : y;
  }

  @Override
  public String kind() {
    return groups == DEPTHWISE ? "depthwise_conv2d" : "conv2d";
  }
}
