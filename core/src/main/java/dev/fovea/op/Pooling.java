package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An op that sums up each window of each channel by one number, with that op's backward passes.
 *
 * <p>A dilated window may meet padding alone: its maximum is −∞, its mean 0, and no gradient flows
 * through it.
 */
public sealed interface Pooling extends Op {

  /** Returns the window. */
  Window2d window();

  /**
   * The largest element of each window: [N, H, W, C] ↦ [N, H′, W′, C].
   *
   * <p>Padding never wins. Among equal elements the first in row-major order counts as the largest.
   * It takes unsigned bytes too; a window of padding alone then gives 0.
   */
  record MaxPool(Window2d window) implements Pooling {
    @Override
    public String name() {
      return "max_pool2d";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      return pooled(this, inputs);
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      boolean bytes = inputs.equals(List.of(ElementType.UINT8));
      return bytes ? ElementType.UINT8 : Rules.floats(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(Value.of(new MaxPoolGradient(window), y.input(0), dy));
    }
  }

  /** Sends each window's number to where the window's largest element lies: (X, dY) ↦ dX. */
  record MaxPoolGradient(Window2d window) implements Pooling {
    @Override
    public String name() {
      return "max_pool2d_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.check(
          pooled(this, inputs).equals(inputs.get(1)),
          this,
          "input 1 is not of pooled shape",
          inputs);
      return inputs.get(0);
    }

    @Override
    public List<@Nullable Value> gradient(Value dx, Value g) {
      return Gradients.of(null, Value.of(new MaxPoolGather(window), dx.input(0), g));
    }
  }

  /** Reads, for each window, G where X is largest: (X, G of X's shape) ↦ pooled shape. */
  record MaxPoolGather(Window2d window) implements Pooling {
    @Override
    public String name() {
      return "max_pool2d_gather";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.check(inputs.get(0).equals(inputs.get(1)), this, "both shapes must agree", inputs);
      return pooled(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(null, Value.of(new MaxPoolGradient(window), y.input(0), dy));
    }
  }

  /**
   * The mean of each window: [N, H, W, C] ↦ [N, H′, W′, C].
   *
   * @param window the window
   * @param countPadding whether padding counts as zeros in the mean, or is left out of it
   */
  record AveragePool(Window2d window, boolean countPadding) implements Pooling {
    @Override
    public String name() {
      return "avg_pool2d";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      return pooled(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      Shape x = y.input(0).shape();
      return Gradients.of(
          Value.of(new AveragePoolGradient(window, countPadding, x.dim(1), x.dim(2)), dy));
    }
  }

  /** Spreads each window's number evenly over the window: dY ↦ dX [N, height, width, C]. */
  record AveragePoolGradient(Window2d window, boolean countPadding, int height, int width)
      implements Pooling {
    @Override
    public String name() {
      return "avg_pool2d_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Rules.rank(this, inputs, 0, 4, "N, H, W, C");
      Shape dy = inputs.get(0);
      boolean fits =
          window.outputHeight(height) == dy.dim(1) && window.outputWidth(width) == dy.dim(2);
      Rules.check(fits, this, "pooling " + height + "×" + width + " gives another shape", inputs);
      return Shape.of(dy.dim(0), height, width, dy.dim(3));
    }

    @Override
    public List<@Nullable Value> gradient(Value dx, Value g) {
      return Gradients.of(Value.of(new AveragePool(window, countPadding), g));
    }
  }

  @Override
  default long flops(List<Shape> inputs, Shape output) {
    return (long) Math.min(inputs.get(0).elements(), output.elements()) * window().taps();
  }

  private static Shape pooled(Pooling op, List<Shape> inputs) {
    Rules.rank(op, inputs, 0, 4, "N, H, W, C");
    Window2d w = op.window();
    boolean narrow =
        Math.max(w.padTop(), w.padBottom()) < w.spanHeight()
            && Math.max(w.padLeft(), w.padRight()) < w.spanWidth();
    Rules.check(narrow, op, "padding must be smaller than the window", inputs);
    return Contraction.windowed(op, w, inputs.get(0), inputs.get(0).dim(3), inputs);
  }
}
