package dev.fovea.formats.keras;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.formats.weights.Functions;
import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.formats.weights.Step;
import dev.fovea.formats.weights.Weight;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Dense;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Pool2d;
import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keras's layers by class. */
final class KerasLayers {
  /**
   * What a layer becomes.
   *
   * @param step what it computes
   * @param weights gives its parameters, when the layer is used for the first time
   */
  record Made(Step step, Supplier<Map<String, Weight>> weights) {}

  private final KerasWeights weights;
  private final boolean modern;

  /**
   * Creates the layers of a file.
   *
   * @param modern whether Keras 3 or a later one wrote it
   */
  KerasLayers(KerasWeights weights, boolean modern) {
    this.weights = weights;
    this.modern = modern;
  }

  /** Returns what a layer becomes, or null if its class or its settings are not known. */
  @Nullable Made of(LayerConfig c) {
    boolean first = c.text("data_format", "channels_last").equals("channels_first");
    if (first) {
      return null;
    }
    return switch (c.kind()) {
      case "Conv2D", "Convolution2D" -> convolution(c);
      case "DepthwiseConv2D" -> depthwise(c);
      case "SeparableConv2D", "SeparableConvolution2D" -> separable(c);
      case "Conv2DTranspose" -> transposed(c);
      case "Dense" -> {
        boolean bias = c.bool("use_bias", true);
        Dense d = dense(c.size("units"));
        yield made(new AxisDense(bias ? d : d.noBias()), () -> weights.kernel(c.name(), bias));
      }
      case "BatchNormalization" -> norm(c);
      case "PReLU" -> prelu(c);
      case "MaxPooling2D" -> plain(pool(c, true));
      case "AveragePooling2D" -> plain(pool(c, false));
      default -> joined(c);
    };
  }

  private @Nullable Made joined(LayerConfig c) {
    return switch (c.kind()) {
      case "Add" -> join("add", in -> ImageSteps.fold(in, Signal::plus));
      case "Subtract" -> join("subtract", in -> ImageSteps.fold(in, Signal::minus));
      case "Multiply" -> join("multiply", in -> ImageSteps.fold(in, Signal::times));
      case "Average" ->
          join("average", in -> ImageSteps.fold(in, Signal::plus).times(1f / in.size()));
      case "Maximum" -> join("maximum", in -> ImageSteps.fold(in, binary(BinaryFunction.MAX)));
      case "Minimum" -> join("minimum", in -> ImageSteps.fold(in, binary(BinaryFunction.MIN)));
      case "Concatenate" -> {
        int axis = Math.round(c.number("axis", -1));
        yield join("concat", in -> concat(in, axis));
      }
      default -> shaped(c);
    };
  }

  private @Nullable Made shaped(LayerConfig c) {
    return switch (c.kind()) {
      case "Flatten" -> plain(Layers.flatten());
      case "Reshape" -> {
        List<Integer> target = c.integers("target_shape");
        yield plain(ImageSteps.layer("reshape", x -> reshape(x, target)));
      }
      case "GlobalAveragePooling2D" -> global(c, Layers.globalAvgPool());
      case "GlobalMaxPooling2D" -> global(c, Layers.globalMaxPool());
      case "ZeroPadding2D" -> {
        int[] b = c.border("padding");
        yield plain(Layers.zeroPad(b[0], b[1], b[2], b[3]));
      }
      case "Cropping2D" -> {
        int[] b = c.border("cropping");
        yield plain(ImageSteps.layer("crop", x -> ImageSteps.crop(x, b[0], b[1], b[2], b[3])));
      }
      case "UpSampling2D" -> {
        int[] size = c.pair("size", 2, 1);
        yield switch (c.text("interpolation", "nearest")) {
          case "nearest" -> plain(ImageSteps.upsample(size[0], size[1]));
          case "bilinear" -> plain(ImageSteps.upsample(size[0], size[1]).bilinear());
          default -> null;
        };
      }
      default -> function(c);
    };
  }

  private @Nullable Made function(LayerConfig c) {
    return switch (c.kind()) {
      case "Activation" -> plainOrNull(activation(c.activation()));
      case "ReLU" -> relu(c);
      case "LeakyReLU" ->
          plain(Functions.leaky(c.number("negative_slope", c.number("alpha", 0.3))));
      case "ELU" -> plain(Layers.elu(c.number("alpha", 1)));
      case "Softmax" -> c.number("axis", -1) == -1 ? plain(Functions.softmax()) : null;
      case "Dropout", "SpatialDropout2D", "SpatialDropout1D", "AlphaDropout" ->
          plain(Layers.dropout(rate(c)));
      case "GaussianNoise", "GaussianDropout", "ActivityRegularization" ->
          plain(Functions.identity());
      case "Rescaling" -> {
        float scale = c.number("scale", 1);
        float offset = c.number("offset", 0);
        yield plain(
            ImageSteps.layer(
                "rescaling", x -> x.with(x.value().times(scale).plus(Value.constant(offset)))));
      }
      default -> null;
    };
  }

  private static Made made(Layer layer, Supplier<Map<String, Weight>> weights) {
    return new Made(Step.of(layer), weights);
  }

  private static Made plain(Layer layer) {
    return new Made(Step.of(layer), Map::of);
  }

  private static @Nullable Made plainOrNull(@Nullable Layer layer) {
    return layer == null ? null : plain(layer);
  }

  private static Made join(String kind, Function<List<Signal>, Signal> f) {
    return new Made(Step.join(kind, f), Map::of);
  }

  private static BinaryOperator<Signal> binary(BinaryFunction f) {
    return (a, b) -> a.with(a.value().with(f, b.value()));
  }

  private static boolean same(LayerConfig c) {
    String padding = c.text("padding", "valid");
    return switch (padding) {
      case "same" -> true;
      case "valid" -> false;
      default ->
          throw new FoveaException(
              "layer " + c.name() + ": padding " + padding + ", expected same or valid");
    };
  }

  private static Window2d window(LayerConfig c) {
    int[] kernel = c.pair("kernel_size", 1, 1);
    int[] stride = c.pair("strides", 1, 1);
    int[] dilation = c.pair("dilation_rate", 1, 1);
    return Window2d.of(kernel[0], kernel[1])
        .stride(stride[0], stride[1])
        .dilation(dilation[0], dilation[1]);
  }

  private static Conv2d conv(LayerConfig c, int filters, int groups, boolean bias) {
    Initializer initializer = conv2d(1, 1).initializer();
    return new Conv2d(filters, window(c), same(c), false, groups, bias, initializer);
  }

  private Made convolution(LayerConfig c) {
    boolean bias = c.bool("use_bias", true);
    int groups = c.pair("groups", 1, 1)[0];
    return made(conv(c, c.size("filters"), groups, bias), () -> weights.kernel(c.name(), bias));
  }

  private Made depthwise(LayerConfig c) {
    boolean bias = c.bool("use_bias", true);
    int multiplier = c.pair("depth_multiplier", 1, 1)[0];
    return made(
        conv(c, multiplier, Conv2d.DEPTHWISE, bias), () -> weights.depthwise(c.name(), bias));
  }

  private Made separable(LayerConfig c) {
    boolean bias = c.bool("use_bias", true);
    Conv2d depthwise = conv(c, c.pair("depth_multiplier", 1, 1)[0], Conv2d.DEPTHWISE, false);
    Conv2d pointwise = conv2d(c.size("filters"), 1);
    Layer both =
        sequence(
            depthwise.named("depthwise"),
            (bias ? pointwise : pointwise.noBias()).named("pointwise"));
    return made(both, () -> weights.separable(c.name(), bias));
  }

  /** Padding same of a transposed convolution makes the result as many times larger as it steps. */
  private @Nullable Made transposed(LayerConfig c) {
    Window2d w = window(c);
    boolean bias = c.bool("use_bias", true);
    if (c.field("output_padding").isPresent() || w.strideHeight() != w.strideWidth()) {
      return null;
    }
    int extra = 0;
    if (same(c)) {
      int rows = w.spanHeight() - w.strideHeight();
      int columns = w.spanWidth() - w.strideWidth();
      if (rows != columns && Math.min(rows, columns) < 0) {
        return null;
      }
      int h = Math.max(rows, 0);
      int v = Math.max(columns, 0);
      extra = Math.max(-rows, 0);
      w = w.padding(h / 2, h - h / 2, v / 2, v - v / 2);
    } else {
      extra = Math.max(w.strideHeight() - w.spanHeight(), 0);
      if (extra != Math.max(w.strideWidth() - w.spanWidth(), 0)) {
        return null;
      }
    }
    Initializer initializer = convTranspose2d(1, 1).initializer();
    Layer layer = new ConvTranspose2d(c.size("filters"), w, extra, 1, bias, initializer);
    return made(layer, () -> weights.kernel(c.name(), bias));
  }

  private @Nullable Made norm(LayerConfig c) {
    List<Integer> axes = c.field("axis").isPresent() ? c.integers("axis") : List.of(-1);
    if (axes.size() != 1 || (axes.get(0) != -1 && axes.get(0) != 3 && axes.get(0) != 1)) {
      return null;
    }
    boolean rowsOnly = axes.get(0) == 1;
    Layer norm =
        batchNorm().epsilon(c.number("epsilon", 1e-3)).momentum(1 - c.number("momentum", 0.99));
    Layer checked = rowsOnly ? new RowNorm(norm) : norm;
    return made(
        checked, () -> weights.norm(c.name(), c.bool("scale", true), c.bool("center", true)));
  }

  /** Axis 1 is that of the channels in rows alone. */
  private record RowNorm(Layer norm) implements Layer {
    @Override
    public Signal forward(Signal x) {
      if (x.shape().rank() != 2) {
        throw new ShapeException(
            "batch_norm", "over axis 1, which is not that of the channels", List.of(x.shape()));
      }
      return norm.forward(x);
    }

    @Override
    public String kind() {
      return norm.kind();
    }
  }

  private @Nullable Made prelu(LayerConfig c) {
    List<Integer> shared = c.integers("shared_axes");
    boolean channels = shared.equals(List.of(1, 2));
    if (!channels && !shared.isEmpty()) {
      return null;
    }
    return made(channels ? Layers.prelu() : new PreluPerPlace(), () -> weights.prelu(c.name()));
  }

  private static Layer pool(LayerConfig c, boolean max) {
    int[] size = c.pair("pool_size", 2, 1);
    int[] stride = c.field("strides").isPresent() ? c.pair("strides", 2, 1) : size;
    Window2d w = Window2d.of(size[0], size[1]).stride(stride[0], stride[1]);
    return new Pool2d(max, w, same(c) ? Pool2d.Reach.SAME : Pool2d.Reach.FLOOR, false);
  }

  private static Made global(LayerConfig c, Layer pool) {
    return c.bool("keepdims", false)
        ? plain(
            ImageSteps.layer(
                pool.kind(), x -> pool.forward(x).reshape(Shape.of(1, 1, x.shape().dim(-1)))))
        : plain(pool);
  }

  private static Signal concat(List<Signal> in, int axis) {
    int rank = in.get(0).shape().rank();
    return in.size() == 1 ? in.get(0) : ImageSteps.concat(in, axis < 0 ? axis + rank : axis);
  }

  private static Signal reshape(Signal x, List<Integer> target) {
    int known = 1;
    int open = -1;
    int[] dims = new int[target.size()];
    for (int i = 0; i < dims.length; i++) {
      int d = target.get(i);
      if (d == -1 && open < 0) {
        open = i;
      } else if (d < 1 || dims.length >= Shape.MAX_RANK) {
        throw new ShapeException("reshape", "cannot make " + target, List.of(x.shape()));
      } else {
        dims[i] = d;
        known = Math.multiplyExact(known, d);
      }
    }
    if (open >= 0) {
      dims[open] = x.shape().elements() / x.shape().dim(0) / known;
    }
    return x.reshape(Shape.of(dims));
  }

  private static double rate(LayerConfig c) {
    float rate = c.number("rate", c.number("p", 0.5));
    if (!(rate >= 0 && rate < 1)) {
      throw new FoveaException("layer " + c.name() + ": rate " + rate + ", expected 0 to below 1");
    }
    return rate;
  }

  private static @Nullable Made relu(LayerConfig c) {
    if (c.number("threshold", 0) != 0) {
      return null;
    }
    float slope = c.number("negative_slope", 0);
    float most = c.number("max_value", Double.POSITIVE_INFINITY);
    if (Float.isInfinite(most)) {
      return plain(Functions.leaky(slope));
    }
    return slope == 0 ? plain(Functions.clip("relu", 0, most)) : null;
  }

  /** Returns the function of this name, or null. */
  @Nullable Layer activation(String name) {
    return switch (name) {
      case "linear" -> Functions.identity();
      case "relu", "ReLU" -> Layers.relu();
      case "relu6" -> Layers.relu6();
      case "sigmoid" -> Layers.sigmoid();
      case "tanh" -> Layers.tanh();
      case "softmax", "Softmax" -> Functions.softmax();
      case "log_softmax" -> Layers.logSoftmax();
      case "softplus" -> Layers.softplus();
      case "softsign" -> Functions.softsign();
      case "elu" -> Layers.elu();
      case "selu" -> Layers.selu();
      case "swish", "silu" -> Layers.silu();
      case "mish" -> Layers.mish();
      case "gelu" -> Layers.gelu();
      case "hard_swish", "hard_silu" -> Layers.hardSwish();
      case "exponential" -> Functions.exponential();
      case "leaky_relu" -> Functions.leaky(0.2f);
      case "hard_sigmoid" -> Functions.hardSigmoid(modern ? 1 / 6f : 0.2f, 0.5f);
      default -> null;
    };
  }
}
