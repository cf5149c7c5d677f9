package dev.fovea.nn;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Local contrast normalisation: v / max(mean of σ, σ, ε) with v = x − Σ w·x and σ = √Σ w·v², where
 * sums are over the surrounding pixels and all channels (Jarrett et al., 2009).
 *
 * <p>[N, H, W, C] ↦ [N, H, W, C]; no parameters. The weights w are a Gaussian of deviation {@code
 * size}/4 and add up to 1 over the pixels of a window that lie in the image; the mean of σ is over
 * a sample.
 *
 * @param size the height and width of the window, odd
 * @param epsilon the number that keeps the divisor from 0; 10⁻⁴ by default
 */
public record LocalContrastNorm(int size, float epsilon) implements Layer {
  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the size is not odd or ε not positive
   */
  public LocalContrastNorm {
    if (size < 1 || size % 2 == 0) {
      throw new FoveaException("local_contrast_norm: size must be odd, got " + size);
    }
    if (!(epsilon > 0 && Float.isFinite(epsilon))) {
      throw new FoveaException("local_contrast_norm: epsilon must be positive, got " + epsilon);
    }
  }

  /** Returns this layer with another ε. */
  public LocalContrastNorm epsilon(float value) {
    return new LocalContrastNorm(size, value);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    ImageShapes.require(kind(), in);
    Value share = Value.constant(shares(in.dim(1), in.dim(2), in.dim(3)));
    Value weights = Value.constant(gaussian(in.dim(3)));
    Value v = x.value().minus(around(x.value(), weights).times(share));
    Value square = around(v.map(UnaryFunction.SQUARE), weights).times(share);
    Value tiny = Value.constant(epsilon * epsilon);
    Value sigma = square.with(BinaryFunction.MAX, tiny).map(UnaryFunction.SQRT);
    return x.with(v.over(sigma.with(BinaryFunction.MAX, sigma.mean(1, 2))));
  }

  private Value around(Value x, Value weights) {
    int r = size / 2;
    Window2d w = Window2d.of(size, size).padding(r, r, r, r);
    return Value.of(new Contraction.Conv2d(w, 1), x, weights);
  }

  private double bell(int i) {
    double d = (i - size / 2) / (size / 4.0);
    return Math.exp(-d * d / 2);
  }

  /** Returns the window [size, size, C, 1]. */
  private Tensor gaussian(int channels) {
    Tensor w = Tensor.zeros(Shape.of(size, size, channels, 1));
    for (int i = 0; i < w.data().length; i++) {
      int at = i / channels;
      w.data()[i] = (float) (bell(at / size) * bell(at % size));
    }
    return w;
  }

  /** Returns, per pixel, 1 by the sum of the weights of the pixels that there are: [1, H, W, 1]. */
  private Tensor shares(int height, int width, int channels) {
    Tensor s = Tensor.zeros(Shape.of(1, height, width, 1));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        s.data()[y * width + x] = (float) (1 / (channels * seen(y, height) * seen(x, width)));
      }
    }
    return s;
  }

  private double seen(int at, int extent) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      int place = at + i - size / 2;
      sum += place >= 0 && place < extent ? bell(i) : 0;
    }
    return sum;
  }

  @Override
  public String kind() {
    return "local_contrast_norm";
  }
}
