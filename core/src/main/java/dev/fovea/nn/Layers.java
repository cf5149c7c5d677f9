package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.Formulas;
import dev.fovea.op.Interpolation;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Factories of all layers, for static import. */
public final class Layers {
  private Layers() {}

  /** Returns a sequence: each layer is applied to the result of the one before it. */
  public static Layer sequence(Layer... layers) {
    return new Sequence(List.of(layers));
  }

  /** Returns a sequence: each layer is applied to the result of the one before it. */
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

  /** Returns a depthwise convolution: one square kernel per channel. */
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

  /** Returns a depthwise convolution with several square kernels per channel. */
  public static Conv2d depthwiseConv2d(int kernel, int multiplier) {
    return new Conv2d(
        multiplier,
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

  /** Returns a convolution along time: [N, T, C] ↦ [N, T′, filters]. */
  public static Conv1d conv1d(int filters, int kernel) {
    return new Conv1d(conv2d(filters, 1, kernel), false);
  }

  /** Returns a convolution of volumes: [N, D, H, W, C] ↦ [N, D′, H′, W′, filters]. */
  public static Conv3d conv3d(int filters, int kernel) {
    Window2d depth = Window2d.of(kernel, 1);
    return new Conv3d(
        filters, depth, Window2d.of(kernel, kernel), false, true, Initializer.glorotUniform());
  }

  /** Returns a separable convolution: a depthwise convolution followed by one of 1×1. */
  public static SeparableConv2d separableConv2d(int filters, int kernel) {
    return new SeparableConv2d(depthwiseConv2d(kernel).noBias(), conv2d(filters, 1));
  }

  /** Returns a convolution with separate weights at every position. */
  public static LocallyConnected2d locallyConnected2d(int filters, int kernel) {
    Window2d window = Window2d.of(kernel, kernel);
    return new LocallyConnected2d(filters, window, true, Initializer.glorotUniform());
  }

  /** Returns a table of {@code rows} learned rows, looked up by index. */
  public static Embedding embedding(int rows, int dimensions) {
    return new Embedding(rows, dimensions, Initializer.normal(1));
  }

  /** Returns an LSTM (long short-term memory) over sequences [N, T, F]. */
  public static Recurrent lstm(int units) {
    return new Recurrent(Recurrent.Cell.LSTM, units, false, false);
  }

  /** Returns a GRU (gated recurrent units) over sequences [N, T, F]. */
  public static Recurrent gru(int units) {
    return new Recurrent(Recurrent.Cell.GRU, units, false, false);
  }

  /**
   * Applies a user-defined step along sequences, from the first time step to the last.
   *
   * @param sequences the sequences [N, T, …], at least one; a step gets a slice [N, …] of each
   * @param state the state before the first step, each [N, …]
   * @throws dev.fovea.tensor.ShapeException if N or T differ, or a step returns a state of another
   *     shape
   */
  public static Recurrence.Results scan(
      List<Signal> sequences, List<Signal> state, Recurrence.Step step) {
    return Recurrence.scan(sequences, state, false, step);
  }

  /** Applies a user-defined step along sequences, from the last time step to the first. */
  public static Recurrence.Results scanBackwards(
      List<Signal> sequences, List<Signal> state, Recurrence.Step step) {
    return Recurrence.scan(sequences, state, true, step);
  }

  /** Returns a fully connected layer with this many outputs. */
  public static Dense dense(int units) {
    return new Dense(units, true, Initializer.glorotUniform());
  }

  /** Returns max pooling of adjacent square windows. */
  public static Pool2d maxPool(int kernel) {
    return maxPool(kernel, kernel);
  }

  /** Returns max pooling of adjacent windows of this height and width. */
  public static Pool2d maxPool(int kernelHeight, int kernelWidth) {
    Window2d w = Window2d.of(kernelHeight, kernelWidth).stride(kernelHeight, kernelWidth);
    return new Pool2d(true, w, Pool2d.Reach.FLOOR, false);
  }

  /** Returns average pooling of adjacent square windows. */
  public static Pool2d avgPool(int kernel) {
    return avgPool(kernel, kernel);
  }

  /** Returns average pooling of adjacent windows of this height and width. */
  public static Pool2d avgPool(int kernelHeight, int kernelWidth) {
    Window2d w = Window2d.of(kernelHeight, kernelWidth).stride(kernelHeight, kernelWidth);
    return new Pool2d(false, w, Pool2d.Reach.FLOOR, false);
  }

  /** Returns pooling by (Σ |x|^p)^(1/p) of adjacent square windows. */
  public static LpPool lpPool(double p, int kernel) {
    return new LpPool((float) p, avgPool(kernel));
  }

  /**
   * Returns adaptive average pooling: the image is divided into height × width areas of nearly
   * equal size.
   */
  public static Layer adaptiveAvgPool(int height, int width) {
    return new AdaptivePool(false, height, width);
  }

  /**
   * Returns adaptive max pooling: the image is divided into height × width areas of nearly equal
   * size.
   */
  public static Layer adaptiveMaxPool(int height, int width) {
    return new AdaptivePool(true, height, width);
  }

  /** Returns every {@code stride}-th row and column, beginning with the first. */
  public static Layer subsample(int stride) {
    Pool2d pixels = maxPool(1).stride(stride);
    return new Simple("subsample", pixels::forward);
  }

  /** Returns the mean of each channel over height and width: [N, H, W, C] ↦ [N, C]. */
  public static Layer globalAvgPool() {
    return new Simple(
        "global_avg_pool",
        x -> {
          ImageShapes.require("global_avg_pool", x.shape());
          return x.with(x.value().mean(1, 2)).reshape(Shape.of(x.shape().dim(3)));
        });
  }

  /** Returns the maximum of each channel over height and width: [N, H, W, C] ↦ [N, C]. */
  public static Layer globalMaxPool() {
    return new Simple(
        "global_max_pool",
        x -> {
          ImageShapes.require("global_max_pool", x.shape());
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

  /** Returns layer normalisation over the channels of each position; ε 10⁻⁵. */
  public static LayerNorm layerNorm() {
    return new LayerNorm(1e-5f, false);
  }

  /** Returns group normalisation; ε 10⁻⁵. */
  public static GroupNorm groupNorm(int groups) {
    if (groups < 1) {
      throw new FoveaException("group_norm: groups must be at least 1, got " + groups);
    }
    return new GroupNorm(groups, 1e-5f, true);
  }

  /** Returns instance normalisation of each channel of each sample; ε 10⁻⁵. */
  public static GroupNorm instanceNorm() {
    return new GroupNorm(GroupNorm.INSTANCE, 1e-5f, true);
  }

  /** Returns a layer whose weights, and those within, are divided by their spectral norm. */
  public static Layer spectralNorm(Layer layer) {
    return new SpectralNorm(layer);
  }

  /** Returns local contrast normalisation over square windows of this odd size; ε 10⁻⁴. */
  public static LocalContrastNorm localContrastNorm(int size) {
    return new LocalContrastNorm(size, 1e-4f);
  }

  /** Returns squeeze-and-excitation with this many channels in the bottleneck. */
  public static SqueezeExcite squeezeExcite(int squeezed) {
    return new SqueezeExcite(squeezed, relu(), sigmoid());
  }

  /** Returns dropout that zeroes elements with this probability in training. */
  public static Layer dropout(double rate) {
    return new Dropout((float) rate);
  }

  /** Returns dropout of whole channels with this probability in training. */
  public static Layer spatialDropout(double rate) {
    return new RandomDrop(RandomDrop.Part.CHANNEL, (float) rate, 1);
  }

  /**
   * Returns DropBlock: in training it zeroes squares of {@code block} × {@code block} pixels, about
   * this share of all pixels.
   */
  public static Layer dropBlock(double rate, int block) {
    return new RandomDrop(RandomDrop.Part.BLOCK, (float) rate, block);
  }

  /**
   * Returns stochastic depth: in training it zeroes a residual branch with this probability per
   * sample.
   */
  public static Layer stochasticDepth(double rate) {
    return new RandomDrop(RandomDrop.Part.SAMPLE, (float) rate, 1);
  }

  /** Returns max(x, 0). */
  public static Layer relu() {
    return new Activate(Activation.RELU);
  }

  /** Returns x for x &gt; 0, otherwise {@code slope}·x. */
  public static Layer leakyRelu(double slope) {
    return new Activate(Activation.leakyRelu((float) slope));
  }

  /** Returns x for x &gt; 0, otherwise eˣ − 1. */
  public static Layer elu() {
    return new Activate(Activation.elu(1));
  }

  /** Returns x for x &gt; 0, otherwise {@code alpha}·(eˣ − 1). */
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

  /** Returns min(max(x, 0), 6). */
  public static Layer relu6() {
    return function("relu6", Formulas::relu6);
  }

  /** Returns x · sigmoid(x), also called swish. */
  public static Layer silu() {
    return function("silu", Formulas::silu);
  }

  /** Returns x · Φ(x), with Φ the distribution function of the standard normal distribution. */
  public static Layer gelu() {
    return function("gelu", Formulas::gelu);
  }

  /** Returns GELU approximated by means of the hyperbolic tangent. */
  public static Layer geluTanh() {
    return function("gelu_tanh", Formulas::geluTanh);
  }

  /** Returns x · tanh(log(1 + eˣ)). */
  public static Layer mish() {
    return function("mish", Formulas::mish);
  }

  /** Returns the scaled ELU, which preserves mean 0 and variance 1. */
  public static Layer selu() {
    return function("selu", Formulas::selu);
  }

  /** Returns ReLU with a learned slope for negative inputs, one per channel. */
  public static Prelu prelu() {
    return new Prelu(true, 0.25f);
  }

  /** Returns min(max(x + 3, 0), 6) / 6. */
  public static Layer hardSigmoid() {
    return function("hard_sigmoid", Formulas::hardSigmoid);
  }

  /** Returns x · min(max(x + 3, 0), 6) / 6. */
  public static Layer hardSwish() {
    return function("hard_swish", Formulas::hardSwish);
  }

  /**
   * Returns the maximum over groups of {@code pieces} neighbouring channels (Goodfellow et al.,
   * 2013).
   */
  public static Layer maxout(int pieces) {
    return new Simple(
        "maxout",
        x -> {
          Shape s = x.shape();
          ImageShapes.requireDivides("maxout", s, s.dim(-1), pieces, "channels");
          int channels = s.dim(-1) / pieces;
          Shape rows = Shape.of(s.elements() / s.dim(-1), channels, pieces);
          return x.with(x.value().reshape(rows).max(2).reshape(s.withDim(-1, channels)));
        });
  }

  private static Layer function(String kind, UnaryOperator<Value> formula) {
    return new Simple(kind, x -> x.with(formula.apply(x.value())));
  }

  /**
   * Returns the softmax along the last axis. Losses take logits, so a network to train should not
   * end in it.
   */
  public static Layer softmax() {
    return lastAxis("softmax", new Normalization.Softmax());
  }

  /** Returns the logarithm of the softmax along the last axis. */
  public static Layer logSoftmax() {
    return lastAxis("log_softmax", new Normalization.LogSoftmax());
  }

  /** Returns an op along the last axis, which must not be the batch. */
  private static Layer lastAxis(String kind, Op op) {
    return new Simple(
        kind,
        x -> {
          int _ = x.channels(kind);
          return x.apply(op);
        });
  }

  /** Returns each sample as one row: [N, …] ↦ [N, features]. */
  public static Layer flatten() {
    return new Simple("flatten", x -> x.reshape(Shape.of(x.shape().elements() / x.shape().dim(0))));
  }

  /** Returns each sample with another shape of as many elements. */
  public static Layer reshape(int... sample) {
    int[] dims = sample.clone();
    return new Simple("reshape", x -> x.reshape(Shape.of(dims)));
  }

  /** Returns images padded with this many rows and columns of zeros on each side. */
  public static Layer zeroPad(int all) {
    return zeroPad(all, all, all, all);
  }

  /** Returns images padded with rows and columns of zeros. */
  public static Layer zeroPad(int top, int bottom, int left, int right) {
    Ints before = Ints.of(0, top, left, 0);
    Ints after = Ints.of(0, bottom, right, 0);
    return new Simple(
        "zero_pad",
        x -> {
          ImageShapes.require("zero_pad", x.shape());
          return x.apply(new Movement.Pad(before, after, 0));
        });
  }

  /** Returns images with rows and columns cut off. */
  public static Layer crop(int top, int bottom, int left, int right) {
    return new Simple(
        "crop",
        x -> {
          ImageShapes.require("crop", x.shape());
          int h = x.shape().dim(1) - top - bottom;
          int w = x.shape().dim(2) - left - right;
          if (Math.min(Math.min(top, bottom), Math.min(left, right)) < 0 || h < 1 || w < 1) {
            throw new ShapeException(
                "crop", "leaves " + h + "×" + w + " of the image", List.of(x.shape()));
          }
          return x.with(
              x.value().slice(new int[] {0, top, left, 0}, x.shape().withDim(1, h).withDim(2, w)));
        });
  }

  /**
   * Returns a crop of this height and width from the centre of each image. Of an odd difference one
   * more row or column is cut off at the bottom or right.
   */
  public static Layer centerCrop(int height, int width) {
    return new Simple(
        "center_crop",
        x -> {
          ImageShapes.require("center_crop", x.shape());
          int h = x.shape().dim(1) - height;
          int w = x.shape().dim(2) - width;
          if (Math.min(h, w) < 0) {
            String least = "needs images of at least " + height + "×" + width;
            throw new ShapeException("center_crop", least, List.of(x.shape()));
          }
          return crop(h / 2, h - h / 2, w / 2, w - w / 2).forward(x);
        });
  }

  /** Returns signals with their axes in another order; axis 0 is the batch and must stay first. */
  public static Layer permute(int... order) {
    if (order.length == 0 || order[0] != 0) {
      throw new FoveaException(
          "permute: the order must begin with the batch axis 0, got " + Arrays.toString(order));
    }
    int[] axes = order.clone();
    return new Simple("permute", x -> x.with(x.value().transpose(axes)));
  }

  /**
   * Returns images enlarged by an integer factor, by nearest neighbour unless {@link Resize} is set
   * otherwise.
   */
  public static Resize upsample(int factor) {
    return new Resize(Interpolation.NEAREST, factor, factor, true, false);
  }

  /**
   * Returns images resized to this size, by nearest neighbour unless {@link Resize} is set
   * otherwise.
   */
  public static Resize resize(int height, int width) {
    return new Resize(Interpolation.NEAREST, height, width, false, false);
  }

  /**
   * Returns pixel shuffle: channels are rearranged into images {@code factor} times as high and
   * wide.
   */
  public static Layer pixelShuffle(int factor) {
    return new Simple(
        "pixel_shuffle",
        x -> {
          ImageShapes.require("pixel_shuffle", x.shape());
          int r = factor * factor;
          ImageShapes.requireDivides("pixel_shuffle", x.shape(), x.shape().dim(3), r, "channels");
          return x.with(Formulas.pixelShuffle(x.value(), factor));
        });
  }

  /**
   * Returns the inverse of pixel shuffle: each square of {@code factor}² pixels becomes channels.
   */
  public static Layer pixelUnshuffle(int factor) {
    return new Simple(
        "pixel_unshuffle",
        x -> {
          Shape s = x.shape();
          ImageShapes.require("pixel_unshuffle", s);
          ImageShapes.requireDivides("pixel_unshuffle", s, s.dim(1), factor, "rows");
          ImageShapes.requireDivides("pixel_unshuffle", s, s.dim(2), factor, "columns");
          return x.with(Formulas.pixelUnshuffle(x.value(), factor));
        });
  }

  /** Returns channel shuffle: the channels of each group are spread evenly over all groups. */
  public static Layer channelShuffle(int groups) {
    return new Simple(
        "channel_shuffle",
        x -> {
          int c = x.shape().dim(-1);
          ImageShapes.requireDivides("channel_shuffle", x.shape(), c, groups, "channels");
          return x.with(Formulas.channelShuffle(x.value(), groups));
        });
  }

  /** Returns images with channels of zeros added before and after their own. */
  public static Layer padChannels(int before, int after) {
    return new Simple(
        "pad_channels",
        x -> {
          int[] first = new int[x.shape().rank()];
          int[] last = first.clone();
          first[first.length - 1] = before;
          last[last.length - 1] = after;
          return x.apply(new Movement.Pad(Ints.of(first), Ints.of(last), 0));
        });
  }

  /** Returns the concatenated channels of branches that are applied to the same signal. */
  public static Layer concat(Layer... branches) {
    return new Merge("concat", List.of(branches), Layers::concat);
  }

  /** Returns the sum of branches that are applied to the same signal. */
  public static Layer add(Layer... branches) {
    return new Merge("add", List.of(branches), Layers::add);
  }

  /** Returns the elementwise product of branches that are applied to the same signal. */
  public static Layer multiply(Layer... branches) {
    return new Merge("multiply", List.of(branches), Layers::multiply);
  }

  /**
   * Returns a residual block: the sum of the signal and the result of a branch (He et al., 2016).
   */
  public static Layer residual(Layer branch) {
    return add(identity(), branch);
  }

  /** Returns the identity, which passes its input on. */
  public static Layer identity() {
    return new Simple("identity", x -> x);
  }

  /** Returns signals concatenated along the last axis, the channels. */
  public static Signal concat(List<Signal> signals) {
    Signal first = signals.get(0);
    return first.concat(signals.subList(1, signals.size()).toArray(Signal[]::new));
  }

  /**
   * Returns the sum of signals of one shape.
   *
   * @throws ShapeException if their shapes differ
   */
  public static Signal add(List<Signal> signals) {
    for (Signal s : signals) {
      if (!s.shape().equals(signals.get(0).shape())) {
        List<Shape> both = List.of(signals.get(0).shape(), s.shape());
        throw new ShapeException("add", "needs signals of one shape", both);
      }
    }
    return signals.stream().reduce(Signal::plus).orElseThrow();
  }

  /** Returns the elementwise product of signals. */
  public static Signal multiply(List<Signal> signals) {
    return signals.stream().reduce(Signal::times).orElseThrow();
  }
}
