package dev.fovea.formats.keras;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.formats.keras.KerasLayers.Built;
import dev.fovea.formats.weights.Weight;
import dev.fovea.nn.Conv1d;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Conv3d;
import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keras's convolutions: over sequences, images and volumes, by channel and transposed. */
final class KerasConvolutions {
  private static final Initializer ANY = Initializer.glorotUniform();

  private final KerasWeights weights;

  KerasConvolutions(KerasWeights weights) {
    this.weights = weights;
  }

  @Nullable Built of(LayerConfig c, LayerPlace place) {
    return switch (c.kind()) {
      case "Conv1D", "Convolution1D" -> sequences(c, place);
      case "Conv2D", "Convolution2D" -> images(c, place);
      case "Conv3D", "Convolution3D" -> volumes(c, place);
      case "DepthwiseConv1D" -> depthwise(c, place, 1);
      case "DepthwiseConv2D" -> depthwise(c, place, 2);
      case "SeparableConv1D", "SeparableConvolution1D" -> separable(c, place, 1);
      case "SeparableConv2D", "SeparableConvolution2D" -> separable(c, place, 2);
      case "Conv1DTranspose" -> transposed(c, place, 1);
      case "Conv2DTranspose" -> transposed(c, place, 2);
      case "Conv3DTranspose" -> transposedVolumes(c, place);
      default -> null;
    };
  }

  /** Returns a kernel and perhaps a bias, which lie as in Fovea. */
  Map<String, Weight> plain(KerasWeights.Of own, String kernel, boolean bias) {
    return biased(own, weights.weight(own, kernel), bias);
  }

  private Map<String, Weight> biased(KerasWeights.Of own, Weight kernel, boolean bias) {
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("weight", kernel);
    if (bias) {
      values.put("bias", weights.weight(own, "bias"));
    }
    return values;
  }

  static boolean same(LayerConfig c) {
    String padding = c.text("padding", "valid");
    return switch (padding) {
      case "same" -> true;
      case "valid" -> false;
      default ->
          throw new FoveaException(
              "layer " + c.name() + ": padding " + padding + ", expected same or valid");
    };
  }

  /** Returns kernel, stride and dilation; those of sequences along a row. */
  private static Window2d window(LayerConfig c, int axes) {
    int[] kernel = c.sizes("kernel_size", axes, 1, 1);
    int[] stride = c.sizes("strides", axes, 1, 1);
    int[] dilation = c.sizes("dilation_rate", axes, 1, 1);
    boolean row = axes == 1;
    int last = axes - 1;
    return Window2d.of(row ? 1 : kernel[last - 1], kernel[last])
        .stride(row ? 1 : stride[last - 1], stride[last])
        .dilation(row ? 1 : dilation[last - 1], dilation[last]);
  }

  private static Conv2d conv(
      LayerConfig c, int axes, int filters, int groups, boolean bias, boolean same) {
    return new Conv2d(filters, window(c, axes), same, false, groups, bias, ANY);
  }

  private static int groups(LayerConfig c) {
    return c.sizes("groups", 1, 1, 1)[0];
  }

  private Built images(LayerConfig c, LayerPlace place) {
    boolean bias = c.bool("use_bias", true);
    Conv2d conv = conv(c, 2, c.size("filters"), groups(c), bias, same(c));
    KerasWeights.Of own = KerasWeights.Of.biased(place, bias, "kernel");
    return new Built(conv, () -> plain(own, "kernel", bias));
  }

  private Built sequences(LayerConfig c, LayerPlace place) {
    boolean bias = c.bool("use_bias", true);
    boolean causal = c.text("padding", "valid").equals("causal");
    Conv2d conv = conv(c, 1, c.size("filters"), groups(c), bias, !causal && same(c));
    KerasWeights.Of own = KerasWeights.Of.biased(place, bias, "kernel");
    return new Built(new Conv1d(conv, causal), () -> plain(own, "kernel", bias));
  }

  /** Returns kernel, stride and dilation along the depth of volumes. */
  private static Window2d depth(LayerConfig c) {
    return Window2d.of(c.sizes("kernel_size", 3, 1, 1)[0], 1)
        .stride(c.sizes("strides", 3, 1, 1)[0], 1)
        .dilation(c.sizes("dilation_rate", 3, 1, 1)[0], 1);
  }

  private Built volumes(LayerConfig c, LayerPlace place) {
    c.requireOnly("groups", 1L);
    boolean bias = c.bool("use_bias", true);
    Conv3d conv = new Conv3d(c.size("filters"), depth(c), window(c, 3), same(c), bias, ANY);
    KerasWeights.Of own = KerasWeights.Of.biased(place, bias, "kernel");
    return new Built(conv, () -> plain(own, "kernel", bias));
  }

  private static Layer rowsIf(boolean sequences, Layer images) {
    return sequences ? KerasSteps.rows(images) : images;
  }

  private Built depthwise(LayerConfig c, LayerPlace place, int axes) {
    c.requireOnly("groups", 1L);
    boolean bias = c.bool("use_bias", true);
    int multiplier = c.sizes("depth_multiplier", 1, 1, 1)[0];
    Conv2d conv = conv(c, axes, multiplier, Conv2d.DEPTHWISE, bias, same(c));
    KerasWeights.Of own = KerasWeights.Of.biased(place, bias, "kernel");
    return new Built(rowsIf(axes == 1, conv), () -> biased(own, depthwise(own, "kernel"), bias));
  }

  private Weight depthwise(KerasWeights.Of own, String name) {
    return (in, p) -> sized(KerasWeights.depthwise(weights.tensor(own, name)), p);
  }

  private static Tensor sized(Tensor t, Shape p) {
    return t.shape().elements() == p.elements() ? t.reshape(p) : t;
  }

  private Built separable(LayerConfig c, LayerPlace place, int axes) {
    c.requireOnly("groups", 1L);
    boolean bias = c.bool("use_bias", true);
    int multiplier = c.sizes("depth_multiplier", 1, 1, 1)[0];
    Conv2d depthwise = conv(c, axes, multiplier, Conv2d.DEPTHWISE, false, same(c));
    Conv2d pointwise = conv2d(c.size("filters"), 1);
    Layer both =
        sequence(
            depthwise.named("depthwise"),
            (bias ? pointwise : pointwise.noBias()).named("pointwise"));
    KerasWeights.Of own =
        KerasWeights.Of.biased(place, bias, "depthwise_kernel", "pointwise_kernel");
    return new Built(
        rowsIf(axes == 1, both),
        () -> {
          Map<String, Weight> values = new LinkedHashMap<>();
          values.put("depthwise.weight", depthwise(own, "depthwise_kernel"));
          values.put("pointwise.weight", weights.weight(own, "pointwise_kernel"));
          if (bias) {
            values.put("pointwise.bias", weights.weight(own, "bias"));
          }
          return values;
        });
  }

  /**
   * Returns how many zeros are put before and after the spread input of a transposed convolution
   * along an axis, so that a convolution without padding gives as many places as Keras says.
   */
  private static int[] zeros(LayerConfig c, int span, int stride, int axis, int axes) {
    boolean given = c.field("output_padding").isPresent();
    int more = given ? c.sizes("output_padding", axes, 0, 0)[axis] : 0;
    if (!same(c)) {
      return new int[] {span - 1, span - 1 + (given ? more : Math.max(stride - span, 0))};
    }
    int all = given ? span + span % 2 - 2 + more : stride + span - 2;
    int before = Math.min(all / 2 + all % 2, span - 1);
    return new int[] {before, all - before};
  }

  private Built transposed(LayerConfig c, LayerPlace place, int axes) {
    c.requireOnly("groups", 1L);
    Window2d w = window(c, axes);
    boolean bias = c.bool("use_bias", true);
    int[] none = {0, 0};
    int[] rows = axes == 1 ? none : zeros(c, w.spanHeight(), w.strideHeight(), 0, axes);
    int[] columns = zeros(c, w.spanWidth(), w.strideWidth(), axes - 1, axes);
    // Cut off from the whole result; below 0 zeros are added.
    int above = w.spanHeight() - 1 - rows[0];
    int below = w.spanHeight() - 1 - rows[1];
    int left = w.spanWidth() - 1 - columns[0];
    int right = w.spanWidth() - 1 - columns[1];
    Window2d cut = w.padding(above, Math.max(below, 0), left, Math.max(right, 0));
    boolean plain = below >= 0 && right >= 0;
    ConvTranspose2d conv =
        new ConvTranspose2d(
            c.size("filters"), cut, 0, 1, plain && bias, convTranspose2d(1, 1).initializer());
    Layer layer =
        plain
            ? conv
            : new TransposedWithZeros(conv, Math.max(-below, 0), Math.max(-right, 0), bias);
    KerasWeights.Of own = KerasWeights.Of.biased(place, bias, "kernel");
    return new Built(rowsIf(axes == 1, layer), () -> plain(own, "kernel", bias));
  }

  /** A convolution of the spread volume with the kernel turned round. */
  private Built transposedVolumes(LayerConfig c, LayerPlace place) {
    c.requireOnly("groups", 1L);
    boolean bias = c.bool("use_bias", true);
    int[] kernel = c.sizes("kernel_size", 3, 1, 1);
    int[] strides = c.sizes("strides", 3, 1, 1);
    int[] dilation = c.sizes("dilation_rate", 3, 1, 1);
    List<List<Integer>> borders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int[] zeros = zeros(c, (kernel[i] - 1) * dilation[i] + 1, strides[i], i, 3);
      borders.add(List.of(zeros[0], zeros[1]));
    }
    Conv3d conv =
        new Conv3d(
            c.size("filters"), depth(c).stride(1, 1), window(c, 3).stride(1, 1), false, bias, ANY);
    Layer layer =
        new SpreadVolume(conv, java.util.Arrays.stream(strides).boxed().toList(), borders);
    KerasWeights.Of own = KerasWeights.Of.biased(place, bias, "kernel");
    return new Built(
        layer, () -> biased(own, weights.weight(own, "kernel", KerasConvolutions::turned), bias));
  }

  /**
   * Returns a kernel [kd, kh, kw, out, in] as [kd, kh, kw, in, out], its places from the end on.
   */
  private static Tensor turned(Tensor t) {
    if (t.shape().rank() != 5) {
      throw new FoveaException(
          "a kernel of volumes of shape " + t.shape() + ", expected five axes");
    }
    Tensor swapped = dev.fovea.formats.weights.Layouts.permute(t, 0, 1, 2, 4, 3);
    Tensor turned = Tensor.zeros(swapped.shape());
    int places = t.shape().dim(0) * t.shape().dim(1) * t.shape().dim(2);
    int each = t.shape().dim(3) * t.shape().dim(4);
    for (int i = 0; i < places; i++) {
      System.arraycopy(swapped.data(), i * each, turned.data(), (places - 1 - i) * each, each);
    }
    return turned;
  }
}
