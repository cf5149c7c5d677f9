package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.List;

/** The layers, to be imported statically: the words in which networks are written. */
public final class Layers {
  private Layers() {}

  /** Returns layers one after the other. */
  public static Layer sequence(Layer... layers) {
    return new Sequence(List.of(layers));
  }

  /** Returns layers one after the other. */
  public static Layer sequence(List<Layer> layers) {
    return new Sequence(layers);
  }

  /** Returns a convolution with {@code filters} square kernels; stride 1, no padding, a bias. */
  public static Conv2d conv2d(int filters, int kernel) {
    return conv2d(filters, kernel, kernel);
  }

  /** Returns a convolution with {@code filters} kernels of this height and width. */
  public static Conv2d conv2d(int filters, int kernelHeight, int kernelWidth) {
    return new Conv2d(filters, Window2d.of(kernelHeight, kernelWidth));
  }

  /** Returns a convolution of each channel by itself, with one square kernel per channel. */
  public static Conv2d depthwiseConv2d(int kernel) {
    return new Conv2d(
        1,
        Window2d.of(kernel, kernel),
        false,
        false,
        Conv2d.DEPTHWISE,
        true,
        Initializer.glorotUniform());
  }

  /** Returns a transposed convolution with {@code filters} square kernels. */
  public static ConvTranspose2d convTranspose2d(int filters, int kernel) {
    return new ConvTranspose2d(filters, Window2d.of(kernel, kernel));
  }

  /** Returns a transposed convolution with {@code filters} kernels of this height and width. */
  public static ConvTranspose2d convTranspose2d(int filters, int kernelHeight, int kernelWidth) {
    return new ConvTranspose2d(filters, Window2d.of(kernelHeight, kernelWidth));
  }

  /** Returns a fully connected layer with this many outputs. */
  public static Dense dense(int units) {
    return new Dense(units, true, Initializer.glorotUniform());
  }

  /** Returns the maximum of square windows that lie side by side. */
  public static Pool2d maxPool(int kernel) {
    return new Pool2d(
        true, Window2d.of(kernel, kernel).stride(kernel, kernel), false, false, false);
  }

  /** Returns the mean of square windows that lie side by side. */
  public static Pool2d avgPool(int kernel) {
    return new Pool2d(
        false, Window2d.of(kernel, kernel).stride(kernel, kernel), false, false, false);
  }

  /** Returns the mean of each channel over height and width: [N, H, W, C] ↦ [N, C]. */
  public static Layer globalAvgPool() {
    return new Simple(
        "global_avg_pool",
        x -> {
          Images.require("global_avg_pool", x.shape());
          return x.with(x.value().mean(1, 2)).reshape(Shape.of(x.shape().dim(3)));
        });
  }

  /** Returns the maximum of each channel over height and width: [N, H, W, C] ↦ [N, C]. */
  public static Layer globalMaxPool() {
    return new Simple(
        "global_max_pool",
        x -> {
          Images.require("global_max_pool", x.shape());
          return x.with(x.value().max(1, 2)).reshape(Shape.of(x.shape().dim(3)));
        });
  }

  /** Returns batch normalisation with ε = 10⁻⁵ and momentum 0.1. */
  public static BatchNorm batchNorm() {
    return new BatchNorm(1e-5f, 0.1f);
  }

  /** Returns local response normalisation over this many channels; α 10⁻⁴, β 0.75, k 1. */
  public static LocalResponseNorm localResponseNorm(int size) {
    return new LocalResponseNorm(size, 1e-4f, 0.75f, 1);
  }

  /** Returns dropout that zeroes elements with this probability in training. */
  public static Layer dropout(double rate) {
    return new Dropout((float) rate);
  }

  /** Returns max(x, 0). */
  public static Layer relu() {
    return new Activate(Activation.RELU);
  }

  /** Returns x for x &gt; 0, else {@code slope}·x. */
  public static Layer leakyRelu(double slope) {
    return new Activate(Activation.leakyRelu((float) slope));
  }

  /** Returns x for x &gt; 0, else eˣ − 1. */
  public static Layer elu() {
    return new Activate(Activation.elu(1));
  }

  /** Returns x for x &gt; 0, else {@code alpha}·(eˣ − 1). */
  public static Layer elu(double alpha) {
    return new Activate(Activation.elu((float) alpha));
  }

  /** Returns 1 / (1 + e⁻ˣ). */
  public static Layer sigmoid() {
    return new Activate(Activation.SIGMOID);
  }

  /** Returns the hyperbolic tangent. */
  public static Layer tanh() {
    return new Activate(Activation.TANH);
  }

  /** Returns log(1 + eˣ). */
  public static Layer softplus() {
    return new Activate(Activation.SOFTPLUS);
  }

  /** Returns the softmax along the last axis; losses take logits and do not need it. */
  public static Layer softmax() {
    return new Simple("softmax", x -> x.apply(new Normalization.Softmax()));
  }

  /** Returns the logarithm of the softmax along the last axis. */
  public static Layer logSoftmax() {
    return new Simple("log_softmax", x -> x.apply(new Normalization.LogSoftmax()));
  }

  /** Returns each sample as one row: [N, …] ↦ [N, features]. */
  public static Layer flatten() {
    return new Simple("flatten", x -> x.reshape(Shape.of(x.shape().elements() / x.shape().dim(0))));
  }

  /** Returns each sample in another shape of as many elements. */
  public static Layer reshape(int... sample) {
    return new Simple("reshape", x -> x.reshape(Shape.of(sample)));
  }

  /** Returns images with zeros around them, as many rows and columns on each side. */
  public static Layer zeroPad(int all) {
    return zeroPad(all, all, all, all);
  }

  /** Returns images with rows and columns of zeros on each side. */
  public static Layer zeroPad(int top, int bottom, int left, int right) {
    Ints before = Ints.of(0, top, left, 0);
    Ints after = Ints.of(0, bottom, right, 0);
    return new Simple(
        "zero_pad",
        x -> {
          Images.require("zero_pad", x.shape());
          return x.apply(new Movement.Pad(before, after, 0));
        });
  }
}
