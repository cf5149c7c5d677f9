package dev.fovea.nn;

import dev.fovea.op.Contraction;
import dev.fovea.op.Sampling;
import dev.fovea.op.Taps;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * A 3-D convolution layer: [N, D, H, W, Cin] ↦ [N, D′, H′, W′, filters], cross-correlation plus
 * bias.
 *
 * <p>It is computed as a sum of 2-D convolutions, one per slice of the kernel. Parameters: {@code
 * weight} [kd, kh, kw, Cin, filters] and {@code bias} [filters]. Defaults: stride 1, no padding, a
 * bias, Glorot uniform weights.
 *
 * @param filters the number of output channels
 * @param depth kernel, stride, padding and dilation along D, given as the rows of a window
 * @param window kernel, stride, padding and dilation along H and W
 * @param samePadding whether padding is chosen so that the output is ⌈input / stride⌉
 * @param bias whether a bias is added
 * @param initializer the weights' starting values
 */
public record Conv3d(
    int filters,
    Window2d depth,
    Window2d window,
    boolean samePadding,
    boolean bias,
    Initializer initializer)
    implements Layer {
  /**
   * Checks the number of filters.
   *
   * @throws FoveaException if it is below 1
   */
  public Conv3d {
    if (filters < 1) {
      throw new FoveaException("conv3d: filters must be at least 1, got " + filters);
    }
  }

  /** Returns this layer padded so that the output is ⌈input / stride⌉ in all directions. */
  public Conv3d same() {
    return new Conv3d(filters, depth, window, true, bias, initializer);
  }

  /** Returns this layer with another stride in all directions. */
  public Conv3d stride(int stride) {
    return with(depth.stride(stride, 1), window.stride(stride, stride));
  }

  /** Returns this layer with another dilation in all directions. */
  public Conv3d dilation(int dilation) {
    return with(depth.dilation(dilation, 1), window.dilation(dilation, dilation));
  }

  /** Returns this layer with the same padding on all sides. */
  public Conv3d padding(int all) {
    Window2d along = depth.padding(all, all, 0, 0);
    return new Conv3d(filters, along, window.padding(all, all, all, all), false, bias, initializer);
  }

  /** Returns this layer without a bias. */
  public Conv3d noBias() {
    return new Conv3d(filters, depth, window, samePadding, false, initializer);
  }

  /** Returns this layer with other starting values for its weights. */
  public Conv3d init(Initializer weights) {
    return new Conv3d(filters, depth, window, samePadding, bias, weights);
  }

  private Conv3d with(Window2d along, Window2d across) {
    return new Conv3d(filters, along, across, samePadding, bias, initializer);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    if (in.rank() != 5) {
      throw new ShapeException(
          kind(), "needs volumes [N,D,H,W,C], got " + in.rank() + " axes", List.of(in));
    }
    int channels = in.dim(4);
    Window2d d = samePadding ? depth.same(in.dim(1), 1) : depth;
    Window2d w = samePadding ? window.same(in.dim(2), in.dim(3)) : window;
    int slices = d.outputHeight(in.dim(1));
    if (slices < 1) {
      throw new ShapeException(
          kind(),
          "kernel " + d.spanHeight() + " deep does not fit input " + in.dim(1) + " deep",
          List.of(in));
    }
    int kd = d.kernelHeight();
    Shape one = Shape.of(w.kernelHeight(), w.kernelWidth(), channels, filters);
    Value weight = x.trace().parameter("weight", one.prepend(kd), initializer);
    List<Value> parts = new ArrayList<>();
    for (int k = 0; k < kd; k++) {
      Value slice = weight.slice(0, k, 1).reshape(one);
      Value met = slices(x.value(), d, k, slices);
      parts.add(Value.of(new Contraction.Conv2d(w, 1), met, slice));
    }
    Value sum = parts.stream().reduce(Value::plus).orElseThrow();
    Shape out = sum.shape();
    Shape volumes = Shape.of(in.dim(0), slices, out.dim(1), out.dim(2), filters);
    Signal y = x.with(sum.reshape(volumes));
    return bias ? y.plusBias() : y;
  }

  /** Returns, for each slice of the result, the one that kernel slice k meets, as pictures. */
  private static Value slices(Value x, Window2d d, int k, int slices) {
    int extent = x.shape().dim(1);
    List<List<Taps.Tap>> taps = new ArrayList<>();
    for (int o = 0; o < slices; o++) {
      int at = o * d.strideHeight() - d.padTop() + k * d.dilationHeight();
      taps.add(at < 0 || at >= extent ? List.of() : List.of(new Taps.Tap(at, 1)));
    }
    Value met = Value.of(new Sampling.Resample(1, Taps.of(extent, taps)), x);
    Shape s = met.shape();
    return met.reshape(Shape.of(s.dim(0) * slices, s.dim(2), s.dim(3), s.dim(4)));
  }

  @Override
  public String kind() {
    return "conv3d";
  }
}
