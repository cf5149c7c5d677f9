package dev.fovea.formats.weights;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.stream.IntStream;

/** The layouts of weights in other libraries, turned into Fovea's. */
public final class Layouts {
  private Layouts() {}

  /** Returns the tensor with its axes in another order: axis {@code i} is axis {@code order[i]}. */
  public static Tensor permute(Tensor t, int... order) {
    Tensor out = Tensor.zeros(Shape.of(IntStream.of(order).map(t.shape()::dim).toArray()));
    if (out.data().length > 0) {
      new Permutation(t.shape(), order).copy(t.data(), out.data());
    }
    return out;
  }

  /** Returns a convolution's weights: [Cout, Cin/groups, kh, kw] ↦ [kh, kw, Cin/groups, Cout]. */
  public static Tensor convolution(Tensor oihw) {
    requireRank(oihw, 4, "a convolution");
    return permute(oihw, 2, 3, 1, 0);
  }

  /**
   * Returns a transposed convolution's weights: [Cin, Cout/groups, kh, kw] ↦ [kh, kw, Cout/groups,
   * Cin].
   */
  public static Tensor transposedConvolution(Tensor iohw) {
    requireRank(iohw, 4, "a transposed convolution");
    return permute(iohw, 2, 3, 1, 0);
  }

  /** Returns a dense layer's weights: [out, in] ↦ [in, out]. */
  public static Tensor dense(Tensor outIn) {
    requireRank(outIn, 2, "a dense layer");
    return permute(outIn, 1, 0);
  }

  /**
   * Returns the weights of a dense layer whose input is an image laid out flat as C, H, W, for an
   * input laid out as H, W, C: [out, C·H·W] ↦ [H·W·C, out].
   *
   * @param hwc the image [H, W, C]
   */
  public static Tensor denseAfterImage(Tensor outIn, Shape hwc) {
    requireRank(outIn, 2, "a dense layer");
    int out = outIn.shape().dim(0);
    if (outIn.shape().dim(1) != hwc.elements()) {
      throw new FoveaException(
          "dense weights [out, in] %s do not take an image of %s"
              .formatted(outIn.shape(), hwc.times()));
    }
    Tensor image = outIn.reshape(Shape.of(out, hwc.dim(2), hwc.dim(0), hwc.dim(1)));
    return permute(image, 2, 3, 1, 0).reshape(Shape.of(hwc.elements(), out));
  }

  /** Returns a vector over an image laid out flat as C, H, W in the order H, W, C. */
  public static Tensor vectorOverImage(Tensor chw, Shape hwc) {
    if (chw.shape().elements() != hwc.elements()) {
      throw new FoveaException(
          "weights of shape %s do not fit an image of %s".formatted(chw.shape(), hwc.times()));
    }
    Tensor image = chw.reshape(Shape.of(hwc.dim(2), hwc.dim(0), hwc.dim(1)));
    return permute(image, 1, 2, 0).reshape(Shape.of(hwc.elements()));
  }

  private static void requireRank(Tensor t, int rank, String what) {
    if (t.shape().rank() != rank) {
      throw new FoveaException(
          "the weights of %s have %s axes, got shape %s".formatted(what, rank, t.shape()));
    }
  }
}
