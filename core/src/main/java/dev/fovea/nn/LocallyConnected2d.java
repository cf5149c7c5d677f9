package dev.fovea.nn;

import dev.fovea.op.Movement;
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
 * A locally connected layer: a convolution with separate weights at every position, [N, H, W, C] ↦
 * [N, H′, W′, filters].
 *
 * <p>Parameters: {@code weight} [H′·W′, kh·kw·C, filters], the kernel's rows outermost, and {@code
 * bias} [H′, W′, filters]. Defaults: stride 1, no padding, a bias, Glorot uniform weights. LeCun,
 * 1989; Taigman et al., 2014.
 *
 * @param filters the number of output channels
 * @param window kernel and stride
 * @param bias whether a bias is added
 * @param initializer the weights' starting values
 */
public record LocallyConnected2d(
    int filters, Window2d window, boolean bias, Initializer initializer) implements Layer {
  /**
   * Checks the number of filters.
   *
   * @throws FoveaException if it is below 1
   */
  public LocallyConnected2d {
    if (filters < 1) {
      throw new FoveaException("locally_connected2d: filters must be at least 1, got " + filters);
    }
  }

  /** Returns this layer with another stride. */
  public LocallyConnected2d stride(int stride) {
    return new LocallyConnected2d(filters, window.stride(stride, stride), bias, initializer);
  }

  /** Returns this layer without a bias. */
  public LocallyConnected2d noBias() {
    return new LocallyConnected2d(filters, window, false, initializer);
  }

  /** Returns this layer with other starting values for its weights. */
  public LocallyConnected2d init(Initializer weights) {
    return new LocallyConnected2d(filters, window, bias, weights);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    ImageShapes.require(kind(), in);
    int h = window.outputHeight(in.dim(1));
    int w = window.outputWidth(in.dim(2));
    if (h < 1 || w < 1) {
      throw new ShapeException(kind(), "the kernel does not fit the input", List.of(in));
    }
    int n = in.dim(0);
    int taps = window.taps() * in.dim(3);
    Value weight = x.trace().parameter("weight", Shape.of(h * w, taps, filters), initializer);
    Value patches = patches(x.value(), h, w).reshape(Shape.of(n, h * w, taps));
    Value results = patches.transpose(1, 0, 2).matmul(weight).transpose(1, 0, 2);
    Value y = results.reshape(Shape.of(n, h, w, filters));
    if (bias) {
      Shape each = Shape.of(h, w, filters);
      y = y.plus(x.trace().parameter("bias", each, Initializer.zeros()));
    }
    return x.with(y);
  }

  /** Returns for each place what its window holds: [N, H′, W′, kh·kw·C]. */
  private Value patches(Value x, int h, int w) {
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < window.kernelHeight(); i++) {
      Value rows = every(x, 1, i * window.dilationHeight(), window.strideHeight(), h);
      for (int j = 0; j < window.kernelWidth(); j++) {
        parts.add(every(rows, 2, j * window.dilationWidth(), window.strideWidth(), w));
      }
    }
    return Value.of(new Movement.Concat(3), parts);
  }

  private static Value every(Value x, int axis, int first, int stride, int count) {
    if (stride == 1) {
      return x.slice(axis, first, count);
    }
    List<List<Taps.Tap>> taps = new ArrayList<>();
    for (int o = 0; o < count; o++) {
      taps.add(List.of(new Taps.Tap(first + o * stride, 1)));
    }
    return Value.of(new Sampling.Resample(axis, Taps.of(x.shape().dim(axis), taps)), x);
  }

  @Override
  public String kind() {
    return "locally_connected2d";
  }
}
