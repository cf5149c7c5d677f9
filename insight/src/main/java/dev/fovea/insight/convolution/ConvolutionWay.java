package dev.fovea.insight.convolution;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Locale;

/**
 * A way to convolve one image x [H, W, Cin] with weights w [kh, kw, Cin, Cout], stride 1, without
 * padding, giving [H − kh + 1, W − kw + 1, Cout]: cross-correlation, as everywhere in Fovea.
 */
public enum ConvolutionWay {
  /** y[i, j, o] = Σ x[i + a, j + b, c] · w[a, b, c, o]: the definition. */
  DIRECT {
    @Override
    Convolved compute(Tensor x, Tensor w) {
      return DirectConvolution.of(x, w);
    }
  },
  /** Windows become the rows of a matrix, filters the columns of another: one product. */
  IM2COL {
    @Override
    Convolved compute(Tensor x, Tensor w) {
      return MatrixConvolution.of(x, w);
    }
  },
  /** Products of spectra: the work no longer depends on the size of the kernel. */
  FFT {
    @Override
    Convolved compute(Tensor x, Tensor w) {
      return FourierConvolution.of(x, w);
    }
  },
  /** F(2×2, 3×3): 16 products where the definition takes 36 (Lavin and Gray, 2016). */
  WINOGRAD {
    @Override
    Convolved compute(Tensor x, Tensor w) {
      return WinogradConvolution.of(x, w);
    }
  };

  abstract Convolved compute(Tensor x, Tensor w);

  /** Returns the name in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether this way is there for a kernel: Winograd's is for 3×3. */
  public boolean takes(int kernelHeight, int kernelWidth) {
    return this != WINOGRAD || (kernelHeight == 3 && kernelWidth == 3);
  }

  /**
   * Convolves.
   *
   * @param x [H, W, Cin]
   * @param w [kh, kw, Cin, Cout]
   * @throws FoveaException if shapes do not fit or the kernel is none for this way
   */
  public Convolved convolve(Tensor x, Tensor w) {
    Shape image = x.shape();
    Shape weights = w.shape();
    boolean axes = image.rank() == 3 && weights.rank() == 4 && image.dim(2) == weights.dim(2);
    if (!axes || weights.dim(0) > image.dim(0) || weights.dim(1) > image.dim(1)) {
      throw new FoveaException(
          "convolution: an image [H, W, C] and weights [kh, kw, C, K] that fit it expected, got %s and %s"
              .formatted(image, weights));
    }
    if (!takes(weights.dim(0), weights.dim(1))) {
      throw new FoveaException(
          text() + ": takes kernels of 3×3, got " + weights.dim(0) + "×" + weights.dim(1));
    }
    return compute(x, w);
  }

  /** Returns the shape of the result. */
  static Shape output(Shape x, Shape w) {
    return Shape.of(x.dim(0) - w.dim(0) + 1, x.dim(1) - w.dim(1) + 1, w.dim(3));
  }
}
