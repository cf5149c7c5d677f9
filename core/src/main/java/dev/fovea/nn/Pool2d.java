package dev.fovea.nn;

import dev.fovea.op.Pooling;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;

/**
 * A pooling layer: [N, H, W, C] ↦ [N, H′, W′, C], the maximum or the mean of each window.
 *
 * <p>Defaults: a stride as large as the window, no padding; padding counts in no mean.
 *
 * @param max whether the maximum is taken, else the mean
 * @param window kernel, stride, padding
 * @param samePadding whether padding is chosen so that the output is ⌈input / stride⌉
 * @param exact whether windows must reach the image's end without a rest
 * @param paddingCounts whether padding counts as zeros in a mean
 */
public record Pool2d(
    boolean max, Window2d window, boolean samePadding, boolean exact, boolean paddingCounts)
    implements Layer {

  /** Returns this layer with another stride. */
  public Pool2d stride(int stride) {
    return new Pool2d(max, window.stride(stride, stride), samePadding, exact, paddingCounts);
  }

  /** Returns this layer with the same padding on all sides. */
  public Pool2d padding(int all) {
    return new Pool2d(max, window.padding(all, all, all, all), false, exact, paddingCounts);
  }

  /** Returns this layer padded so that the output is ⌈input / stride⌉ high and wide. */
  public Pool2d same() {
    return new Pool2d(max, window, true, exact, paddingCounts);
  }

  /** Returns this layer with padding counted as zeros in the mean. */
  public Pool2d countPadding() {
    return new Pool2d(max, window, samePadding, exact, true);
  }

  /** Returns this layer refusing inputs whose last rows or columns no window would see. */
  public Pool2d strict() {
    return new Pool2d(max, window, samePadding, true, paddingCounts);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    Images.require(kind(), in);
    Window2d w = samePadding ? window.same(in.dim(1), in.dim(2)) : window;
    if (exact) {
      Images.requireExact(kind(), w, in);
    }
    return x.apply(max ? new Pooling.MaxPool(w) : new Pooling.AveragePool(w, paddingCounts));
  }

  @Override
  public String kind() {
    return max ? "max_pool" : "avg_pool";
  }
}
