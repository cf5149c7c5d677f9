package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An op whose operands are unsigned bytes q that stand for real numbers: real = scale · (q − zero).
 *
 * <p>A pass puts these ops in the place of values on a {@link Grid}, after differentiation; no
 * gradient flows. Signed bytes are stored 128 higher. See Jacob et al., 2018, <i>Quantization and
 * Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference</i>.
 */
public sealed interface Quantized extends Op {

  /**
   * The real numbers that bytes stand for: scale · (q − zero).
   *
   * @param scale the length of a step
   * @param zero the byte that stands for 0; may lie outside 0 … 255 where no byte does
   */
  record Steps(float scale, int zero) {
    /** Returns the real number of a byte from 0 to 255. */
    public float real(int q) {
      return (q - zero) * scale;
    }
  }

  /**
   * How a number of steps becomes a byte: the nearest whole number, half to even, plus zero, cut
   * off at two bytes. What is not a number becomes zero.
   *
   * @param zero what is added
   * @param least the least result
   * @param greatest the greatest result
   */
  record Rounding(int zero, int least, int greatest) {
    /** Returns the byte, from 0 to 255, for a number of steps. */
    public int round(float steps) {
      float cut = Math.min(Math.max(steps, least - zero), greatest - zero);
      return (int) Math.rint(cut) + zero;
    }
  }

  /**
   * Makes bytes of floats: round(x / scale).
   *
   * @param scale the length of a step
   * @param to the rounding
   */
  record Quantize(float scale, Rounding to) implements Quantized {
    @Override
    public String name() {
      return "quantize";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      return inputs.get(0);
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return types(this, inputs, ElementType.UINT8, ElementType.FLOAT32);
    }
  }

  /** Makes floats of bytes: scale · (q − zero). */
  record Dequantize(Steps of) implements Quantized {
    @Override
    public String name() {
      return "dequantize";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      return inputs.get(0);
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return types(this, inputs, ElementType.FLOAT32, ElementType.UINT8);
    }
  }

  /**
   * The convolution of bytes X [N, H, W, Cin] with signed bytes W [kh, kw, Cin/groups, Cout]: Y =
   * round((Σ (x − zero) · w + bias) · multiplier), with one bias and one multiplier per output
   * channel, both floats [Cout]. Padding is {@code zero}. Inputs are X, W, multiplier, bias.
   *
   * <p>The sum is taken in whole numbers of 32 bits and turned into a float before the bias is
   * added. A dense layer is such a convolution 1×1.
   *
   * @param window kernel, stride, padding, dilation
   * @param groups into how many independent parts the channels fall
   * @param zero the byte of X that stands for 0, from 0 to 255
   * @param to the rounding; empty if the result is floats
   * @param layout how the weights lie, if not row-major
   */
  record Conv2d(
      Window2d window, int groups, int zero, Optional<Rounding> to, Optional<Layout> layout)
      implements Quantized {
    /** The position of the multipliers among the inputs. */
    public static final int MULTIPLIER = 2;

    /** The position of the bias among the inputs. */
    public static final int BIAS = 3;

    @Override
    public String name() {
      return "quantized_conv2d";
    }

    /** Returns this op on weights that lie so. */
    public Conv2d with(Optional<Layout> other) {
      return new Conv2d(window, groups, zero, to, other);
    }

    /** Returns the plain shape of the weights, however they lie. */
    public Shape weights(List<Shape> inputs) {
      return layout.map(Layout::plain).orElse(inputs.get(1));
    }

    /** Returns the convolution of the same geometry on floats. */
    public Contraction.Conv2d onFloats() {
      return new Contraction.Conv2d(window, groups);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 4);
      layout.ifPresent(
          l -> Rules.check(inputs.get(1).equals(l.shape()), this, "needs weights as " + l, inputs));
      Shape y = onFloats().shape(List.of(inputs.get(0), weights(inputs)));
      for (int i = MULTIPLIER; i <= BIAS; i++) {
        boolean perChannel = inputs.get(i).equals(Shape.of(y.dim(3)));
        Rules.check(perChannel, this, "input " + i + " must have shape [Cout]", inputs);
      }
      return y;
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return types(
          this,
          inputs,
          to.isPresent() ? ElementType.UINT8 : ElementType.FLOAT32,
          ElementType.UINT8,
          ElementType.INT8,
          ElementType.FLOAT32,
          ElementType.FLOAT32);
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      return onFloats().flops(List.of(inputs.get(0), weights(inputs)), output);
    }
  }

  /**
   * The sum of two tensors of bytes of one shape: round((real(a) + real(b)) / scale).
   *
   * @param a the steps of input 0
   * @param b the steps of input 1
   * @param scale the length of the result's steps
   * @param to the rounding
   */
  record Sum(Steps a, Steps b, float scale, Rounding to) implements Quantized {
    @Override
    public String name() {
      return "quantized_sum";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.check(inputs.get(0).equals(inputs.get(1)), this, "both shapes must agree", inputs);
      return inputs.get(0);
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return types(this, inputs, ElementType.UINT8, ElementType.UINT8, ElementType.UINT8);
    }
  }

  /**
   * The mean over height and width: [N, H, W, C] ↦ [N, 1, 1, C], round(Σ (q − zero) · multiplier)
   * with the sum in whole numbers.
   *
   * @param zero the byte that stands for 0
   * @param multiplier the scale of the input, divided by that of the result and by H · W
   * @param to the rounding
   */
  record Mean(int zero, float multiplier, Rounding to) implements Quantized {
    @Override
    public String name() {
      return "quantized_mean";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Rules.rank(this, inputs, 0, 4, "N, H, W, C");
      return inputs.get(0).withDim(1, 1).withDim(2, 1);
    }

    @Override
    public ElementType type(List<ElementType> inputs) {
      return types(this, inputs, ElementType.UINT8, ElementType.UINT8);
    }
  }

  @Override
  default List<@Nullable Value> gradient(Value y, Value dy) {
    throw new IllegalStateException(name() + " was made before differentiation");
  }

  @Override
  default long flops(List<Shape> inputs, Shape output) {
    return inputs.get(0).elements();
  }

  private static ElementType types(
      Op op, List<ElementType> got, ElementType result, ElementType... takes) {
    if (!got.equals(List.of(takes))) {
      throw new FoveaException(op.name() + ": takes " + List.of(takes) + ", got " + got);
    }
    return result;
  }
}
