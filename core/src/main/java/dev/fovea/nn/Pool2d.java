package dev.fovea.nn;

import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Pooling;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * A pooling layer: [N, H, W, C] ↦ [N, H′, W′, C], the maximum or the mean of each window.
 *
 * <p>Defaults: the stride is the window's size, no padding. Padding is not counted in means.
 *
 * @param max true for the maximum, false for the mean
 * @param window kernel, stride, padding
 * @param reach how rows and columns at the end that do not fill a window are treated
 * @param paddingCounts whether padding counts as zeros in a mean
 */
public record Pool2d(boolean max, Window2d window, Reach reach, boolean paddingCounts)
    implements Layer {
  /** How rows and columns at the end that do not fill a window are treated. */
  public enum Reach {
    /** They are left out. */
    FLOOR,
    /** A further window covers them, with padding beyond the end that is not counted in means. */
    CEIL,
    /** Padding is chosen so that the output is ⌈input / stride⌉. */
    SAME,
    /** They are an error. */
    EXACT
  }

  /** Returns this layer with another stride. */
  public Pool2d stride(int stride) {
    return stride(stride, stride);
  }

  /** Returns this layer with other strides. */
  public Pool2d stride(int height, int width) {
    return with(window.stride(height, width), reach);
  }

  /** Returns this layer with the same padding on all sides. */
  public Pool2d padding(int all) {
    return padding(all, all, all, all);
  }

  /** Returns this layer with other paddings. */
  public Pool2d padding(int top, int bottom, int left, int right) {
    Window2d padded = window.padding(top, bottom, left, right);
    return with(padded, reach == Reach.SAME ? Reach.FLOOR : reach);
  }

  /** Returns this layer with another dilation. */
  public Pool2d dilation(int dilation) {
    return dilation(dilation, dilation);
  }

  /** Returns this layer with another dilation of rows and columns. */
  public Pool2d dilation(int height, int width) {
    return with(window.dilation(height, width), reach);
  }

  /** Returns this layer padded so that the output is ⌈input / stride⌉ high and wide. */
  public Pool2d same() {
    return with(window, Reach.SAME);
  }

  /**
   * Returns this layer with a further window for rows or columns left over, so that the output is
   * ⌈(input + padding − kernel) / stride⌉ + 1. A window that would begin beyond the image and its
   * leading padding is left out.
   */
  public Pool2d ceil() {
    return with(window, Reach.CEIL);
  }

  /**
   * Returns this layer with padding counted as zeros in the mean.
   *
   * @throws FoveaException if this is a maximum
   */
  public Pool2d countPadding() {
    if (max) {
      throw new FoveaException("max_pool: padding counts in means alone");
    }
    return new Pool2d(max, window, reach, true);
  }

  /** Returns this layer rejecting inputs whose last rows or columns no window would cover. */
  public Pool2d strict() {
    return with(window, Reach.EXACT);
  }

  private Pool2d with(Window2d other, Reach otherReach) {
    return new Pool2d(max, other, otherReach, paddingCounts);
  }

  @Override
  public Signal forward(Signal x) {
    ImageShapes.require(kind(), x.shape());
    Window2d w = window(x.shape());
    return x.with(max ? Value.of(new Pooling.MaxPool(w), x.value()) : mean(x.value(), w));
  }

  /**
   * Returns the inverse of max pooling: each number of a pooled signal goes to the position of its
   * window's maximum, and all other elements are 0 (Zeiler and Fergus, 2014).
   *
   * @param pooled the signal [N, H′, W′, C]
   * @param source the input of this layer [N, H, W, C], which determines the positions
   * @throws ShapeException if this is not max pooling or the shapes do not agree
   */
  public Signal unpool(Signal pooled, Signal source) {
    if (!max) {
      throw new ShapeException("max_unpool", "needs a max pool", List.of(pooled.shape()));
    }
    ImageShapes.require("max_unpool", source.shape());
    var back = new Pooling.MaxPoolGradient(window(source.shape()));
    return pooled.with(Value.of(back, source.value(), pooled.value()));
  }

  private Window2d window(Shape in) {
    return switch (reach) {
      case FLOOR -> window;
      case CEIL -> ceiling(in.dim(1), in.dim(2));
      case SAME -> window.same(in.dim(1), in.dim(2));
      case EXACT -> {
        ImageShapes.requireExact(kind(), window, in);
        yield window;
      }
    };
  }

  private Window2d ceiling(int height, int width) {
    int down = rest(height, window.spanHeight(), window.strideHeight(), window.padTop(), true);
    int right = rest(width, window.spanWidth(), window.strideWidth(), window.padLeft(), false);
    return window.padding(
        window.padTop(), window.padBottom() + down, window.padLeft(), window.padRight() + right);
  }

  /** Returns how far one more window, if there is one, reaches beyond the padding. */
  private int rest(int size, int span, int stride, int before, boolean rows) {
    int padded = size + before + (rows ? window.padBottom() : window.padRight());
    if (padded < span) {
      return 0;
    }
    int last = Math.ceilDiv(padded - span, stride) * stride;
    return last >= size + before ? 0 : Math.max(0, last + span - padded);
  }

  /** Padding that {@link Reach#CEIL} adds does not count where other padding does. */
  private Value mean(Value x, Window2d w) {
    if (!paddingCounts || reach != Reach.CEIL || w.equals(window)) {
      return Value.of(new Pooling.AveragePool(w, paddingCounts), x);
    }
    Value framed = frame(x);
    Window2d beyond =
        w.padding(0, w.padBottom() - window.padBottom(), 0, w.padRight() - window.padRight());
    return Value.of(new Pooling.AveragePool(beyond, false), framed);
  }

  private Value frame(Value x) {
    var before = Ints.of(0, window.padTop(), window.padLeft(), 0);
    var after = Ints.of(0, window.padBottom(), window.padRight(), 0);
    return Value.of(new Movement.Pad(before, after, 0), x);
  }

  @Override
  public String kind() {
    return max ? "max_pool" : "avg_pool";
  }
}
