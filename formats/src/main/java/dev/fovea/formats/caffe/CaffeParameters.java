package dev.fovea.formats.caffe;

import dev.fovea.formats.weights.Layouts;
import dev.fovea.formats.weights.Weight;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arrays of Caffe's layers as Fovea's parameters. */
final class CaffeParameters {
  private CaffeParameters() {}

  /** Makes parameters of a layer's arrays. */
  interface Rule {
    Map<String, Weight> of(List<Tensor> blobs);
  }

  static Map<String, Weight> none(List<Tensor> blobs) {
    return Map.of();
  }

  /** Returns the rule of [Cout, Cin/groups, kh, kw] or [Cin, Cout/groups, kh, kw] and a bias. */
  static Rule convolution(boolean bias) {
    return blobs -> weightAndBias((in, p) -> Layouts.convolution(blobs.get(0)), blobs, bias);
  }

  /** Returns the rule of [out, in] (or its transpose) and a bias. */
  static Rule dense(boolean bias, boolean transposed) {
    return blobs -> {
      Tensor outIn = transposed ? Layouts.dense(matrix(blobs.get(0))) : matrix(blobs.get(0));
      Weight weight =
          (in, p) ->
              in.rank() == 4
                  ? Layouts.denseAfterImage(outIn, in.dropFirst())
                  : Layouts.dense(outIn);
      return weightAndBias(weight, blobs, bias);
    };
  }

  /** Returns the rule of one array over the channels and a bias. */
  static Rule channels(boolean weight, boolean bias) {
    return blobs -> {
      Map<String, Weight> values = new LinkedHashMap<>();
      if (weight) {
        values.put("weight", vector(blobs.get(0)));
      }
      if (bias) {
        values.put("bias", vector(blobs.get(weight ? 1 : 0)));
      }
      return values;
    };
  }

  /** Returns the statistics of a BatchNorm, which are multiples of its third array's number. */
  static Map<String, Weight> norm(List<Tensor> blobs, List<Tensor> scale) {
    if (blobs.get(2).data().length != 1) {
      throw new FoveaException(
          "the third array of a BatchNorm is one number, got " + blobs.get(2).shape());
    }
    float sum = blobs.get(2).data()[0];
    float factor = sum == 0 ? 0 : 1 / sum;
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("weight", scale.isEmpty() ? (in, p) -> Tensor.full(p, 1) : vector(scale.get(0)));
    values.put("bias", scale.size() < 2 ? (in, p) -> Tensor.zeros(p) : vector(scale.get(1)));
    values.put("running_mean", vector(times(blobs.get(0), factor)));
    values.put("running_var", vector(times(blobs.get(1), factor)));
    return values;
  }

  private static Tensor times(Tensor t, float factor) {
    Tensor product = t.copy();
    for (int i = 0; i < product.data().length; i++) {
      product.data()[i] *= factor;
    }
    return product;
  }

  private static Map<String, Weight> weightAndBias(
      Weight weight, List<Tensor> blobs, boolean bias) {
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("weight", weight);
    if (bias) {
      values.put("bias", vector(blobs.get(1)));
    }
    return values;
  }

  private static Weight vector(Tensor t) {
    return (in, p) -> {
      if (t.data().length != p.elements()) {
        throw new FoveaException(
            "an array of shape " + t.shape() + ", needed are " + p.elements() + " numbers");
      }
      return t.reshape(p);
    };
  }

  /** Old files write a matrix with four axes. */
  private static Tensor matrix(Tensor t) {
    Shape s = t.shape();
    boolean padded = s.rank() > 2 && s.elements() == (long) s.dim(-1) * s.dim(-2);
    return padded ? t.reshape(Shape.of(s.dim(-2), s.dim(-1))) : t;
  }
}
