package dev.fovea.nn;

import dev.fovea.op.Contraction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * A transposed 2-D convolution layer, which enlarges images: [N, H, W, Cin] ↦ [N, H′, W′, filters]
 * with H′ = (H − 1)·stride + dilation·(kernel − 1) + 1 − padding before and after + {@code extra}.
 *
 * <p>Defaults: stride 1, no padding, a bias, Glorot uniform weights. Parameters: {@code weight}
 * [kh, kw, filters/groups, Cin] and {@code bias} [filters].
 *
 * @param filters the number of output channels
 * @param window the geometry of the convolution that this layer is the transpose of
 * @param extra rows and columns added at the bottom and right, fewer than the stride
 * @param groups the number of independent groups of channels
 * @param bias whether a bias is added
 * @param initializer the weights' starting values
 */
public record ConvTranspose2d(
    int filters, Window2d window, int extra, int groups, boolean bias, Initializer initializer)
    implements Layer {

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if there is no filter, output padding is negative, or the filters do not
   *     divide into the groups
   */
  public ConvTranspose2d {
    if (filters < 1 || groups < 1 || filters % groups != 0) {
      throw new FoveaException(
          "conv_transpose2d: filters and groups must be at least 1 and filters divide into groups,"
              + " got "
              + filters
              + " filters in "
              + groups
              + " groups");
    }
    if (extra < 0) {
      throw new FoveaException("conv_transpose2d: output padding must be at least 0, got " + extra);
    }
  }

  ConvTranspose2d(int filters, Window2d window) {
    this(filters, window, 0, 1, true, Initializer.glorotUniform());
  }

  /** Returns this layer with another stride, the factor of enlargement. */
  public ConvTranspose2d stride(int stride) {
    return stride(stride, stride);
  }

  /** Returns this layer with other strides. */
  public ConvTranspose2d stride(int height, int width) {
    return with(window.stride(height, width));
  }

  /** Returns this layer with this many rows and columns cut off on each side. */
  public ConvTranspose2d padding(int all) {
    return padding(all, all, all, all);
  }

  /** Returns this layer with rows and columns cut off. */
  public ConvTranspose2d padding(int top, int bottom, int left, int right) {
    return with(window.padding(top, bottom, left, right));
  }

  /** Returns this layer with another dilation. */
  public ConvTranspose2d dilation(int dilation) {
    return dilation(dilation, dilation);
  }

  /** Returns this layer with another dilation of rows and columns. */
  public ConvTranspose2d dilation(int height, int width) {
    return with(window.dilation(height, width));
  }

  /** Returns this layer with rows and columns added at the bottom and right. */
  public ConvTranspose2d outputPadding(int rows) {
    return new ConvTranspose2d(filters, window, rows, groups, bias, initializer);
  }

  /** Returns this layer with its channels divided into this many independent groups. */
  public ConvTranspose2d groups(int count) {
    return new ConvTranspose2d(filters, window, extra, count, bias, initializer);
  }

  /** Returns this layer without a bias. */
  public ConvTranspose2d noBias() {
    return new ConvTranspose2d(filters, window, extra, groups, false, initializer);
  }

  /** Returns this layer with other starting values for its weights. */
  public ConvTranspose2d init(Initializer weights) {
    return new ConvTranspose2d(filters, window, extra, groups, bias, weights);
  }

  private ConvTranspose2d with(Window2d other) {
    return new ConvTranspose2d(filters, other, extra, groups, bias, initializer);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    ImageShapes.require(kind(), in);
    Window2d w = window;
    int cutHeight = w.padTop() + w.padBottom();
    int cutWidth = w.padLeft() + w.padRight();
    int height = (in.dim(1) - 1) * w.strideHeight() + w.spanHeight() - cutHeight + extra;
    int width = (in.dim(2) - 1) * w.strideWidth() + w.spanWidth() - cutWidth + extra;
    boolean fits = extra == 0 || extra < Math.min(w.strideHeight(), w.strideWidth());
    if (height < 1 || width < 1 || !fits) {
      throw new ShapeException(
          kind(),
          "gives "
              + height
              + "×"
              + width
              + " with output padding "
              + extra
              + "; output padding must be smaller than the stride and the result not empty",
          List.of(in));
    }
    if (in.dim(3) % groups != 0) {
      throw new ShapeException(
          kind(), in.dim(3) + " channels do not divide into " + groups + " groups", List.of(in));
    }
    Shape weights = Shape.of(w.kernelHeight(), w.kernelWidth(), filters / groups, in.dim(3));
    Value weight = x.trace().parameter("weight", weights, initializer);
    Signal y = x.apply(new Contraction.ConvTranspose2d(w, groups, height, width), weight);
    return bias ? y.plusBias() : y;
  }

  @Override
  public String kind() {
    return "conv_transpose2d";
  }
}
