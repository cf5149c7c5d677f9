package dev.fovea.formats.caffe;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.dense;

import dev.fovea.formats.weights.ChannelScale;
import dev.fovea.formats.weights.FlatDense;
import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.formats.weights.LayerFunctions;
import dev.fovea.formats.weights.NodeStep;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Dense;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.LocalResponseNorm;
import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Caffe's layers with one result, by type. */
final class CaffeLayers {
  private static final int LARGEST = 1 << 24;

  private CaffeLayers() {}

  /**
   * What a layer becomes.
   *
   * @param step what it computes
   * @param blobs how many arrays of weights it has
   * @param weights what becomes of them
   */
  record Made(NodeStep step, int blobs, CaffeParameters.Rule weights) {}

  /** Returns what a layer becomes, or null if its type is not known. */
  static @Nullable Made of(CaffeNetwork.Entry e) {
    TextMessage m = e.message();
    return switch (e.type()) {
      case "Convolution", "DepthwiseConvolution", "ConvolutionDepthwise" -> convolution(m);
      case "Deconvolution" -> deconvolution(m);
      case "InnerProduct" -> innerProduct(m);
      case "PReLU" -> prelu(m);
      case "Scale" -> scale(m, e.bottoms().size());
      case "Bias" -> e.bottoms().size() == 1 ? channels(new ChannelScale(false, true)) : null;
      case "Pooling" -> {
        yield plain(layer("pooling", CaffeWindows.pooling(m.message("pooling_param"))));
      }
      case "LRN" -> lrn(m.message("lrn_param"));
      case "Softmax" -> softmax(m.message("softmax_param").integer("axis", 1));
      case "Dropout" -> plain(Layers.dropout(ratio(m.message("dropout_param"))));
      default -> joined(e);
    };
  }

  private static @Nullable Made joined(CaffeNetwork.Entry e) {
    TextMessage m = e.message();
    return switch (e.type()) {
      case "Concat" -> {
        TextMessage p = m.message("concat_param");
        int axis = p.integer("axis", p.integer("concat_dim", 1));
        yield join("concat", in -> concat(in, axis));
      }
      case "Eltwise" -> eltwise(m.message("eltwise_param"));
      case "Flatten" -> flatten(m.message("flatten_param"));
      case "Reshape" -> reshape(m.message("reshape_param"));
      case "Permute" -> permute(m.message("permute_param"));
      case "Crop" -> crop(m.message("crop_param"));
      default -> function(e);
    };
  }

  private static @Nullable Made function(CaffeNetwork.Entry e) {
    TextMessage m = e.message();
    return switch (e.type()) {
      case "ReLU" ->
          plain(LayerFunctions.leaky(m.message("relu_param").number("negative_slope", 0)));
      case "ReLU6" -> plain(Layers.relu6());
      case "ELU" -> {
        float alpha = m.message("elu_param").number("alpha", 1);
        yield alpha >= 0 ? plain(Layers.elu(alpha)) : null;
      }
      case "Sigmoid" -> plain(Layers.sigmoid());
      case "TanH" -> plain(Layers.tanh());
      case "BNLL" -> plain(Layers.softplus());
      case "Swish" -> plain(Layers.silu());
      case "AbsVal" -> plain(each("abs", x -> x.map(UnaryFunction.ABS)));
      case "Power" -> power(m.message("power_param"));
      case "Exp" -> m.has("exp_param") ? null : plain(LayerFunctions.exponential());
      case "Log" -> m.has("log_param") ? null : plain(each("log", x -> x.map(UnaryFunction.LOG)));
      default -> null;
    };
  }

  private static Layer layer(String kind, UnaryOperator<Signal> f) {
    return ImageSteps.layer(kind, f);
  }

  private static Layer each(String kind, UnaryOperator<Value> f) {
    return ImageSteps.layer(kind, x -> x.with(f.apply(x.value())));
  }

  private static Made plain(Layer layer) {
    return new Made(NodeStep.of(layer), 0, CaffeParameters::none);
  }

  private static Made join(String kind, Function<List<Signal>, Signal> function) {
    return new Made(NodeStep.join(kind, function), 0, CaffeParameters::none);
  }

  private static Made channels(ChannelScale layer) {
    int blobs = (layer.weight() ? 1 : 0) + (layer.bias() ? 1 : 0);
    return new Made(
        NodeStep.of(layer), blobs, CaffeParameters.channels(layer.weight(), layer.bias()));
  }

  private static int outputs(TextMessage p) {
    int n = p.integer("num_output", 0);
    if (n < 1 || n > LARGEST) {
      throw new FoveaException(p.path() + ": num_output must be 1 to " + LARGEST + ", got " + n);
    }
    return n;
  }

  private static int groups(TextMessage p) {
    int n = p.integer("group", 1);
    if (n < 1 || n > LARGEST) {
      throw new FoveaException(p.path() + ": group must be 1 to " + LARGEST + ", got " + n);
    }
    return n;
  }

  private static Made convolution(TextMessage m) {
    TextMessage p = m.message("convolution_param");
    Window2d w = CaffeWindows.convolution(p);
    boolean bias = p.bool("bias_term", true);
    Conv2d conv =
        conv2d(outputs(p), w.kernelHeight(), w.kernelWidth())
            .stride(w.strideHeight(), w.strideWidth())
            .padding(w.padTop(), w.padBottom(), w.padLeft(), w.padRight())
            .groups(groups(p));
    Conv2d dilated =
        new Conv2d(
            conv.filters(),
            conv.window().dilation(w.dilationHeight(), w.dilationWidth()),
            false,
            false,
            conv.groups(),
            bias,
            conv.initializer());
    return new Made(NodeStep.of(dilated), bias ? 2 : 1, CaffeParameters.convolution(bias));
  }

  private static Made deconvolution(TextMessage m) {
    TextMessage p = m.message("convolution_param");
    Window2d w = CaffeWindows.convolution(p);
    boolean bias = p.bool("bias_term", true);
    ConvTranspose2d plain = convTranspose2d(outputs(p), w.kernelHeight(), w.kernelWidth());
    ConvTranspose2d conv =
        new ConvTranspose2d(plain.filters(), w, 0, groups(p), bias, plain.initializer());
    return new Made(NodeStep.of(conv), bias ? 2 : 1, CaffeParameters.convolution(bias));
  }

  private static @Nullable Made innerProduct(TextMessage m) {
    TextMessage p = m.message("inner_product_param");
    if (p.integer("axis", 1) != 1) {
      return null;
    }
    boolean bias = p.bool("bias_term", true);
    Dense dense = bias ? dense(outputs(p)) : dense(outputs(p)).noBias();
    return new Made(
        NodeStep.of(new FlatDense(dense)),
        bias ? 2 : 1,
        CaffeParameters.dense(bias, p.bool("transpose", false)));
  }

  private static Made prelu(TextMessage m) {
    boolean shared = m.message("prelu_param").bool("channel_shared", false);
    return new Made(
        NodeStep.of(shared ? Layers.prelu().shared() : Layers.prelu()),
        1,
        CaffeParameters.channels(true, false));
  }

  private static @Nullable Made scale(TextMessage m, int inputs) {
    TextMessage p = m.message("scale_param");
    if (inputs == 2) {
      boolean plain = !p.bool("bias_term", false) && p.integer("axis", 0) == 0;
      return !plain ? null : join("scale", in -> scaled(in.get(0), in.get(1)));
    }
    return p.integer("axis", 1) == 1 && p.integer("num_axes", 1) == 1
        ? channels(new ChannelScale(true, p.bool("bias_term", false)))
        : null;
  }

  /** Factors [N, C] stand for all places of an image's channels. */
  private static Signal scaled(Signal x, Signal factors) {
    boolean rows = x.shape().rank() == 4 && factors.shape().rank() == 2;
    return x.times(rows ? factors.reshape(Shape.of(1, 1, factors.shape().dim(1))) : factors);
  }

  /** Returns the step of a BatchNorm, alone or with the layer Scale behind it. */
  static NodeStep norm(TextMessage p) {
    float epsilon = p.number("eps", 1e-5f);
    return NodeStep.of(batchNorm().epsilon(epsilon));
  }

  private static @Nullable Made lrn(TextMessage p) {
    if (!p.text("norm_region", "ACROSS_CHANNELS").equals("ACROSS_CHANNELS")) {
      return null;
    }
    int size = p.integer("local_size", 5);
    return plain(
        new LocalResponseNorm(
            size, p.number("alpha", 1), p.number("beta", 0.75f), p.number("k", 1)));
  }

  private static Made softmax(int axis) {
    return plain(
        layer(
            "softmax",
            x -> {
              int rank = x.shape().rank();
              if (ImageSteps.axis(axis, rank) != rank - 1) {
                throw new ShapeException(
                    "softmax", "axis " + axis + " is not that of the channels", List.of(x.shape()));
              }
              return LayerFunctions.softmax().forward(x);
            }));
  }

  private static double ratio(TextMessage p) {
    float ratio = p.number("dropout_ratio", 0.5f);
    if (!(ratio >= 0 && ratio < 1)) {
      throw p.wrong("dropout_ratio", Float.toString(ratio), "a number from 0 to below 1");
    }
    return ratio;
  }

  private static Signal concat(List<Signal> in, int axis) {
    return in.size() == 1
        ? in.get(0)
        : ImageSteps.concat(in, ImageSteps.axis(axis, in.get(0).shape().rank()));
  }

  private static @Nullable Made eltwise(TextMessage p) {
    List<Float> coefficients = p.numbers("coeff");
    return switch (p.text("operation", "SUM")) {
      case "PROD", "0" -> join("multiply", in -> ImageSteps.fold(in, Signal::times));
      case "SUM", "1" -> join("add", in -> sum(in, coefficients));
      case "MAX", "2" ->
          join(
              "maximum",
              in ->
                  ImageSteps.fold(
                      in, (a, b) -> a.with(a.value().with(BinaryFunction.MAX, b.value()))));
      default -> null;
    };
  }

  private static Signal sum(List<Signal> in, List<Float> coefficients) {
    if (!coefficients.isEmpty() && coefficients.size() != in.size()) {
      throw new FoveaException(
          "eltwise: %s coefficients for %s inputs".formatted(coefficients.size(), in.size()));
    }
    Signal total = weighted(in, coefficients, 0);
    for (int i = 1; i < in.size(); i++) {
      total = total.plus(weighted(in, coefficients, i));
    }
    return total;
  }

  private static Signal weighted(List<Signal> in, List<Float> coefficients, int i) {
    boolean plain = coefficients.isEmpty() || coefficients.get(i) == 1;
    return plain ? in.get(i) : in.get(i).times(coefficients.get(i));
  }

  private static @Nullable Made flatten(TextMessage p) {
    boolean usual = p.integer("axis", 1) == 1 && p.integer("end_axis", -1) == -1;
    return usual ? plain(layer("flatten", ImageSteps::flattenChannelsFirst)) : null;
  }

  private static @Nullable Made reshape(TextMessage p) {
    if (p.integer("axis", 0) != 0 || p.integer("num_axes", -1) != -1) {
      return null;
    }
    List<Integer> dims = p.message("shape").integers("dim");
    return plain(layer("reshape", x -> reshaped(x, dims)));
  }

  /** Reshapes in the file's order of axes; 0 keeps an extent, −1 is what is left. */
  private static Signal reshaped(Signal x, List<Integer> dims) {
    Signal from = ImageSteps.channelsFirst(x);
    Shape s = from.shape();
    if (dims.isEmpty() || dims.size() > Shape.MAX_RANK || dims.get(0) > 1) {
      throw new ShapeException("reshape", "cannot make " + dims, List.of(s));
    }
    int[] to = new int[dims.size() - 1];
    int open = -1;
    int known = s.dim(0);
    for (int i = 1; i < dims.size(); i++) {
      int d = dims.get(i) == 0 && i < s.rank() ? s.dim(i) : dims.get(i);
      if (d == -1 && open < 0) {
        open = i - 1;
        d = 1;
      } else if (d < 1) {
        throw new ShapeException("reshape", "cannot make " + dims, List.of(s));
      }
      to[i - 1] = d;
      known = Math.multiplyExact(known, d);
    }
    if (open >= 0) {
      to[open] = s.elements() / known;
    }
    return ImageSteps.channelsLast(from.reshape(Shape.of(to)));
  }

  private static Made permute(TextMessage p) {
    int[] order = p.integers("order").stream().mapToInt(Integer::intValue).toArray();
    return plain(
        layer(
            "permute",
            x -> {
              Signal from = ImageSteps.channelsFirst(x);
              int[] whole = Arrays.copyOf(order, Math.max(order.length, from.shape().rank()));
              for (int i = order.length; i < whole.length; i++) {
                whole[i] = i;
              }
              if (whole.length == 0 || whole[0] != 0) {
                throw new ShapeException(
                    "permute", "the batch must stay in front", List.of(from.shape()));
              }
              return ImageSteps.channelsLast(from.with(from.value().transpose(whole)));
            }));
  }

  private static @Nullable Made crop(TextMessage p) {
    if (p.integer("axis", 2) != 2) {
      return null;
    }
    List<Integer> offsets = p.integers("offset");
    return join("crop", in -> cropped(in, offsets));
  }

  private static Signal cropped(List<Signal> in, List<Integer> offsets) {
    ImageSteps.requireInputs("crop", in, 2);
    Shape s = in.get(0).shape();
    Shape to = in.get(1).shape();
    int top = offsets.isEmpty() ? 0 : offsets.get(0);
    int left = offsets.isEmpty() ? 0 : offsets.getLast();
    boolean fits = s.rank() == 4 && to.rank() == 4 && top >= 0 && left >= 0;
    if (!fits || (long) top + to.dim(1) > s.dim(1) || (long) left + to.dim(2) > s.dim(2)) {
      throw new ShapeException("crop", "at " + top + ", " + left + " does not fit", List.of(s, to));
    }
    return ImageSteps.crop(
        in.get(0), top, s.dim(1) - top - to.dim(1), left, s.dim(2) - left - to.dim(2));
  }

  /** Returns (shift + scale · x)^power for the powers that are functions here. */
  private static @Nullable Made power(TextMessage p) {
    float power = p.number("power", 1);
    float scale = p.number("scale", 1);
    float shift = p.number("shift", 0);
    List<Float> known = List.of(1f, 2f, 0.5f, -1f);
    if (!known.contains(power)) {
      return null;
    }
    return plain(
        each(
            "power",
            x -> {
              Value y = x.times(scale).plus(Value.constant(shift));
              return switch (known.indexOf(power)) {
                case 1 -> y.map(UnaryFunction.SQUARE);
                case 2 -> y.map(UnaryFunction.SQRT);
                case 3 -> y.map(UnaryFunction.RECIPROCAL);
                default -> y;
              };
            }));
  }
}
