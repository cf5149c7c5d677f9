package dev.fovea.nn;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * A rule for the initial values of a parameter.
 *
 * <p>The fans of a weight of shape [.., in, out] are in · (product of the axes before) and out ·
 * (product of the axes before): for a convolution kh · kw · Cin/groups and kh · kw · Cout. A
 * transposed convolution's weight is that of the convolution it transposes, so its fans are
 * swapped.
 *
 * <p>Several threads may call one at once, for different parameters, so it must not keep state.
 */
@FunctionalInterface
public interface Initializer {
  /**
   * Writes the starting values.
   *
   * @param shape the parameter's shape
   * @param values where to write, from {@code offset} on
   * @param offset the index of the first element
   * @param rng the random numbers of this parameter
   */
  void fill(Shape shape, float[] values, int offset, Rng rng);

  /** Returns the rule that writes one number everywhere. */
  static Initializer constant(float value) {
    return (shape, values, offset, rng) ->
        Arrays.fill(values, offset, offset + shape.elements(), value);
  }

  /** Returns the rule that writes zeros. */
  static Initializer zeros() {
    return constant(0);
  }

  /** Returns the rule that writes ones. */
  static Initializer ones() {
    return constant(1);
  }

  /** Returns uniform draws from [−limit, limit). */
  static Initializer uniform(double limit) {
    return (shape, values, offset, rng) -> {
      for (int i = 0; i < shape.elements(); i++) {
        values[offset + i] = (float) (limit * (2 * rng.nextDouble() - 1));
      }
    };
  }

  /** Returns draws from the normal distribution of mean 0 and this standard deviation. */
  static Initializer normal(double deviation) {
    requireSize("normal: standard deviation", deviation);
    return new NormalValues(deviation);
  }

  /**
   * Returns uniform draws of variance 2/(fanIn + fanOut) (Glorot and Bengio, 2010); the default.
   */
  static Initializer glorotUniform() {
    return (shape, values, offset, rng) ->
        uniform(Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape)))).fill(shape, values, offset, rng);
  }

  /** Returns normal draws of variance 2/(fanIn + fanOut) (Glorot and Bengio, 2010). */
  static Initializer glorotNormal() {
    return (shape, values, offset, rng) ->
        normal(Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape)))).fill(shape, values, offset, rng);
  }

  /** Returns uniform draws of variance 2/fanIn, for ReLU networks (He et al., 2015). */
  static Initializer heUniform() {
    return (shape, values, offset, rng) ->
        uniform(Math.sqrt(6.0 / fanIn(shape))).fill(shape, values, offset, rng);
  }

  /** Returns normal draws of variance 2/fanIn, for ReLU networks (He et al., 2015). */
  static Initializer heNormal() {
    return (shape, values, offset, rng) ->
        normal(Math.sqrt(2.0 / fanIn(shape))).fill(shape, values, offset, rng);
  }

  /** Returns normal draws of variance 1/fanIn (LeCun et al., 1998). */
  static Initializer lecunNormal() {
    return (shape, values, offset, rng) ->
        normal(Math.sqrt(1.0 / fanIn(shape))).fill(shape, values, offset, rng);
  }

  /** Returns uniform draws of variance 1/fanIn (LeCun et al., 1998). */
  static Initializer lecunUniform() {
    return (shape, values, offset, rng) ->
        uniform(Math.sqrt(3.0 / fanIn(shape))).fill(shape, values, offset, rng);
  }

  /**
   * Returns uniform draws from [−1/√fanIn, 1/√fanIn), of variance 1/(3 · fanIn): the usual rule
   * before Glorot and Bengio (2010, formula 1), and what PyTorch begins convolutions and dense
   * layers with. Weights this small suit layers with a norm behind them.
   */
  static Initializer fanInUniform() {
    return (shape, values, offset, rng) ->
        uniform(1 / Math.sqrt(fanIn(shape))).fill(shape, values, offset, rng);
  }

  /**
   * Returns draws from the normal distribution of mean 0 and this standard deviation σ, repeated
   * while they lie beyond 2σ; the result has a standard deviation of 0.88σ.
   */
  static Initializer truncatedNormal(double deviation) {
    requireSize("truncated normal: standard deviation", deviation);
    return (shape, values, offset, rng) -> {
      for (int i = 0; i < shape.elements(); i++) {
        double draw = rng.nextGaussian(1);
        while (Math.abs(draw) > 2) {
          draw = rng.nextGaussian(1);
        }
        values[offset + i] = (float) (deviation * draw);
      }
    };
  }

  /**
   * Returns orthonormal vectors: the columns of the weight as a matrix [all axes but the last,
   * last], or its rows where these are fewer (Saxe et al., 2014).
   */
  static Initializer orthogonal() {
    return orthogonal(1);
  }

  /** Returns orthogonal vectors of this length. */
  static Initializer orthogonal(double gain) {
    return new Orthogonal(gain);
  }

  /**
   * Returns the weights [.., in, out] of a convolution or dense layer that passes its input on: 1
   * at the centre of the kernel from each channel to the output of the same number, otherwise 0
   * (Zagoruyko and Komodakis, 2017).
   */
  static Initializer dirac() {
    return dirac(1);
  }

  /**
   * Returns the weights of a grouped convolution that passes its input on.
   *
   * @throws FoveaException if there is no group
   */
  static Initializer dirac(int groups) {
    if (groups < 1) {
      throw new FoveaException("dirac: groups must be at least 1, got " + groups);
    }
    return (shape, values, offset, rng) -> {
      Arrays.fill(values, offset, offset + shape.elements(), 0);
      int in = shape.dim(-2);
      int out = shape.dim(-1);
      int middle = 0;
      for (int axis = 0; axis < shape.rank() - 2; axis++) {
        middle = middle * shape.dim(axis) + shape.dim(axis) / 2;
      }
      int each = out / groups;
      for (int o = 0; o < each * groups; o++) {
        if (o % each < in) {
          values[offset + (middle * in + o % each) * out + o] = 1;
        }
      }
    };
  }

  /**
   * Returns the weights [kh, kw, out, in] of a transposed convolution that enlarges each channel
   * bilinearly. From each channel to the output of the same number they are (1 − |y − m|/f)·(1 − |x
   * − m|/f), with f = ⌈k/2⌉ and m = (k − 1)/2; between different channels they are 0 (Long,
   * Shelhamer, Darrell, 2015). Kernel 2s, stride s and padding s/2 enlarge s times.
   */
  static Initializer bilinear() {
    return (shape, values, offset, rng) -> {
      int rows = shape.dim(0);
      int columns = shape.dim(1);
      int out = shape.dim(2);
      int in = shape.dim(3);
      Arrays.fill(values, offset, offset + shape.elements(), 0);
      for (int i = 0; i < rows * columns; i++) {
        double weight = triangle(i / columns, rows) * triangle(i % columns, columns);
        for (int c = 0; c < in; c++) {
          int to = out == 1 ? 0 : c;
          if (to < out) {
            values[offset + (i * out + to) * in + c] = (float) weight;
          }
        }
      }
    };
  }

  private static double triangle(int i, int kernel) {
    return 1 - Math.abs(i - (kernel - 1) / 2.0) / Math.ceilDiv(kernel, 2);
  }

  /** Returns how many inputs feed one output. */
  static int fanIn(Shape weight) {
    return weight.rank() < 2 ? weight.elements() : weight.elements() / weight.dim(-1);
  }

  /**
   * Returns how many outputs one input of a dense layer or a convolution without groups feeds: all
   * elements but those of the axis before the last.
   */
  static int fanOut(Shape weight) {
    return weight.rank() < 2 ? weight.elements() : weight.elements() / weight.dim(-2);
  }

  private static void requireSize(String what, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(what + " must be 0 or a positive number, got " + value);
    }
  }
}
