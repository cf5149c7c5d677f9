package dev.fovea.quantize;

import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a convolution or dense layer as whole numbers: w = scale · q, one scale per output
 * channel, q in −127 … 127.
 *
 * @param bytes q
 * @param scale one number per output channel
 * @param bias the bias in steps of the scale of x times that of w, one number per output channel;
 *     null if there is none
 */
record QuantizedLayer(Value bytes, Value scale, @Nullable Value bias) {
  private static final int LARGEST = Byte.MAX_VALUE;

  /** Up to here floats hold sums with a bias exactly, whatever is added. */
  private static final float LARGEST_BIAS = 1 << 22;

  /**
   * Quantizes a layer.
   *
   * @param weights the weights, output channels last
   * @param input the scale of what the layer reads
   */
  static QuantizedLayer of(Tensor weights, @Nullable Tensor bias, float input) {
    Weights w = Weights.of(weights, bias, input, Calibration.MIN_MAX);
    return w.with(bias, input);
  }

  /**
   * Rounded weights without their bias.
   *
   * @param shape the shape of the weights, output channels last
   * @param bytes q
   * @param scale one number per output channel
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Weights(Shape shape, byte[] bytes, float[] scale) {
    /**
     * Rounds weights.
     *
     * @param input the scale of what the layer reads, of which a bias must not have too many steps
     * @param calibration {@code MSE} for the scales with the least squares, else the largest weight
     *     is reached
     */
    static Weights of(Tensor weights, @Nullable Tensor bias, float input, Calibration calibration) {
      int channels = weights.shape().dim(-1);
      float[] w = weights.data();
      float[] scale = new float[channels];
      for (int i = 0; i < w.length; i++) {
        scale[i % channels] = Math.max(scale[i % channels], Math.abs(w[i]) / LARGEST);
      }
      for (int c = 0; c < channels; c++) {
        if (calibration == Calibration.MSE) {
          scale[c] = LeastSquares.scale(w, c, channels, scale[c], LARGEST);
        }
        // Steps so small that the bias would have too many of them are made longer.
        float least = bias == null ? 0 : Math.abs(bias.data()[c]) / input / LARGEST_BIAS;
        scale[c] = Math.max(scale[c], least);
        scale[c] = scale[c] < Float.MIN_NORMAL ? 1 : scale[c];
      }
      byte[] q = new byte[w.length];
      for (int i = 0; i < w.length; i++) {
        q[i] = (byte) Math.clamp(Math.rint(w[i] / scale[i % channels]), -LARGEST, LARGEST);
      }
      return new Weights(weights.shape(), q, scale);
    }

    /** Returns how far the rounded weights are from others. */
    Tensor minus(Tensor weights) {
      Tensor d = Tensor.zeros(shape);
      for (int i = 0; i < bytes.length; i++) {
        d.data()[i] = bytes[i] * scale[i % scale.length] - weights.data()[i];
      }
      return d;
    }

    /** Returns the layer with a bias. */
    QuantizedLayer with(@Nullable Tensor bias, float input) {
      return new QuantizedLayer(
          Value.of(new Source.Bytes(shape, bytes, ElementType.INT8)).to(ElementType.FLOAT32),
          Value.constant(Tensor.of(Shape.of(scale.length), scale)),
          bias == null ? null : Value.constant(steps(bias, scale, input)));
    }
  }

  private static Tensor steps(Tensor bias, float[] scale, float input) {
    float[] steps = new float[scale.length];
    for (int c = 0; c < steps.length; c++) {
      steps[c] = (float) Math.rint(bias.data()[c] / ((double) input * scale[c]));
    }
    return Tensor.of(Shape.of(steps.length), steps);
  }
}
