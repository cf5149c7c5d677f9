package dev.fovea.nn;

import dev.fovea.op.Formulas;
import dev.fovea.op.Interpolation;
import dev.fovea.op.Movement;
import dev.fovea.op.Pooling;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Pooling to a size: [N, H, W, C] ↦ [N, height, width, C], each result the mean or maximum of rows
 * ⌊i·H/height⌋ to ⌈(i + 1)·H/height⌉ and of such columns (He et al., 2014).
 *
 * @param max whether the maximum is taken, else the mean
 * @param height rows of the result
 * @param width columns of the result
 */
record AdaptivePool(boolean max, int height, int width) implements Layer {
  AdaptivePool {
    if (height < 1 || width < 1) {
      throw new FoveaException(
          "adaptive pooling: height and width must be at least 1, got " + height + " and " + width);
    }
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    ImageShapes.require(kind(), in);
    if (in.dim(1) == height && in.dim(2) == width) {
      return x;
    }
    if (in.dim(1) % height == 0 && in.dim(2) % width == 0) {
      Window2d w = Window2d.of(in.dim(1) / height, in.dim(2) / width);
      Window2d apart = w.stride(w.kernelHeight(), w.kernelWidth());
      return x.apply(max ? new Pooling.MaxPool(apart) : new Pooling.AveragePool(apart, false));
    }
    return x.with(
        max
            ? maxima(maxima(x.value(), 1, height), 2, width)
            : Formulas.resize(x.value(), height, width, Interpolation.MEAN, false));
  }

  private static Value maxima(Value x, int axis, int to) {
    int extent = x.shape().dim(axis);
    if (extent == to) {
      return x;
    }
    List<Value> parts = new ArrayList<>();
    for (int o = 0; o < to; o++) {
      int from = Interpolation.from(o, extent, to);
      parts.add(x.slice(axis, from, Interpolation.to(o, extent, to) - from).max(axis));
    }
    return Value.of(new Movement.Concat(axis), parts);
  }

  @Override
  public String kind() {
    return max ? "adaptive_max_pool" : "adaptive_avg_pool";
  }
}
