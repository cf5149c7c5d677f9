package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.tflite.OnnxTarget.Setting;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Convolutions, pools, dense layers and what else has weights or windows. */
final class WindowOperators {
  private static final int SAME = 0;

  private WindowOperators() {}

  static void register(Map<String, TfliteOperator> to) {
    to.put("CONV_2D", c -> convolution(c, 7, 3, 4, 1));
    to.put("DEPTHWISE_CONV_2D", c -> convolution(c, 7, 4, 5, 2));
    to.put("TRANSPOSE_CONV", WindowOperators::transposed);
    to.put("Convolution2DTransposeBias", WindowOperators::transposedWithBias);
    to.put("FULLY_CONNECTED", WindowOperators::dense);
    to.put("BATCH_MATMUL", WindowOperators::product);
    to.put("MAX_POOL_2D", c -> pool(c, "MaxPool"));
    to.put("AVERAGE_POOL_2D", c -> pool(c, "AveragePool"));
    to.put("L2_POOL_2D", WindowOperators::rootMeanSquare);
    to.put("LOCAL_RESPONSE_NORMALIZATION", WindowOperators::responses);
  }

  /**
   * Input [N, H, W, C], weights [O, Kh, Kw, C/groups], or [1, Kh, Kw, O] with one group for each
   * channel, and a bias [O].
   */
  private static void convolution(
      TfliteCall c, int settings, int activation, int dilation, int kind) {
    TfliteNode n = c.node();
    n.obeys(settings);
    TfliteTensor x = c.ranked(0, 4);
    TfliteTensor w = c.ranked(1, 4);
    boolean depthwise = kind == 2;
    int[] order = depthwise ? new int[] {3, 0, 1, 2} : new int[] {0, 3, 1, 2};
    int channels = x.extent(3);
    int of = depthwise ? 1 : w.extent(3);
    if (of == 0 || channels % of != 0 || (depthwise && w.extent(0) != 1)) {
      throw new FormatException(
          "weights %s do not fit %s channels".formatted(Arrays.toString(w.shape()), channels));
    }
    List<String> inputs = new ArrayList<>(List.of(c.channelsFirst(c.real(0)), c.weight(1, order)));
    if (c.has(2)) {
      inputs.add(bias(c, 2, 0, 1));
    }
    String y =
        c.onnx(
            "Conv",
            inputs,
            Setting.of("group", (long) channels / of),
            Setting.of("strides", n.integer(2, 0), n.integer(1, 0)),
            Setting.of("dilations", n.integer(dilation + 1, 1), n.integer(dilation, 1)),
            padding(n));
    c.activated(c.channelsLast(y), n.small(activation, 0));
  }

  private static Setting padding(TfliteNode n) {
    return Setting.of("auto_pad", n.small(0, SAME) == SAME ? "SAME_UPPER" : "VALID");
  }

  /** A bias of whole numbers without a scale has that of the products of values and weights. */
  private static String bias(TfliteCall c, int input, int values, int weights) {
    TfliteTensor b = c.ranked(input, 1);
    boolean whole = b.type() == ElementType.INT32 && !b.isRounded();
    if (!whole || !c.input(values).isRounded() || !c.input(weights).isRounded()) {
      return c.weight(input, 0);
    }
    Rounding x = c.input(values).rounding().orElseThrow();
    Rounding w = c.input(weights).rounding().orElseThrow();
    int n = w.scales().length;
    c.translation().take((long) Float.BYTES * n);
    ByteBuffer scales = OnnxTarget.buffer(Float.BYTES * n);
    for (int i = 0; i < n; i++) {
      scales.putFloat(x.scale(0) * w.scale(i));
    }
    int[] dims = n == 1 ? new int[0] : new int[] {n};
    String scale = c.target().constant(b.name() + "/scale", DataType.FLOAT, dims, scales.flip());
    String raw = c.weight(input, 0);
    return c.onnx("DequantizeLinear", List.of(raw, scale), Setting.of("axis", 0L));
  }

  /** Inputs: the extents of the result, weights [O, Kh, Kw, C], the values, and a bias [O]. */
  private static void transposed(TfliteCall c) {
    TfliteNode n = c.node();
    n.obeys(5);
    int[] to = c.output(0).shape();
    String y = transposed(c, 2, 1, c.has(3) ? 3 : -1, to, n.integer(2, 0), n.integer(1, 0));
    c.activated(y, n.small(3, 0));
  }

  private static String transposed(
      TfliteCall c, int input, int weights, int bias, int[] to, int strideH, int strideW) {
    TfliteTensor x = c.ranked(input, 4);
    TfliteTensor w = c.ranked(weights, 4);
    if (to.length != 4 || strideH < 1 || strideW < 1) {
      throw new FormatException("a result " + Arrays.toString(to) + " has not the right axes");
    }
    int[] height = padding(x.extent(1), to[1], w.extent(1), strideH);
    int[] width = padding(x.extent(2), to[2], w.extent(2), strideW);
    List<String> inputs =
        new ArrayList<>(List.of(c.channelsFirst(c.real(input)), c.weight(weights, 3, 0, 1, 2)));
    if (bias >= 0) {
      inputs.add(bias(c, bias, input, weights));
    }
    return c.channelsLast(
        c.onnx(
            "ConvTranspose",
            inputs,
            Setting.of("strides", strideH, strideW),
            Setting.of("pads", height[0], width[0], height[1], width[1]),
            Setting.of("output_padding", height[2], width[2])));
  }

  /** Returns what is cut off before and after, and what is added: the rest goes to the end. */
  private static int[] padding(int in, int out, int window, int stride) {
    long whole = (in - 1L) * stride + window;
    long cut = Math.max(whole - out, 0);
    long added = Math.max(out - whole, 0);
    if (cut >= window || added >= stride) {
      throw new FormatException(
          "windows of %s each %s do not make %s of %s".formatted(window, stride, out, in));
    }
    return new int[] {(int) (cut / 2), (int) (cut - cut / 2), (int) added};
  }

  /** MediaPipe's: values, weights [O, Kh, Kw, C], bias; three settings as plain numbers. */
  private static void transposedWithBias(TfliteCall c) {
    ByteBuffer custom = c.node().custom();
    if (custom.remaining() < 3 * Integer.BYTES) {
      throw new FormatException("padding and strides expected in its settings");
    }
    int strideW = custom.getInt(Integer.BYTES);
    int strideH = custom.getInt(2 * Integer.BYTES);
    c.define(0, transposed(c, 0, 1, 2, c.output(0).shape(), strideH, strideW));
  }

  /** Input [N, …] as [N, C], weights [O, C], a bias [O]. */
  private static void dense(TfliteCall c) {
    TfliteNode n = c.node();
    n.obeys(5);
    if (n.small(1, 0) != 0) {
      throw new FormatException("weights in an order of a processor are not read");
    }
    TfliteTensor x = c.input(0);
    TfliteTensor w = c.ranked(1, 2);
    boolean kept = n.flag(2) && x.rank() > 2;
    String in = c.real(0);
    if (!kept && x.rank() != 2) {
      boolean each = x.rank() > 2 && TfliteTensor.size(x.shape(), 1) == w.extent(1);
      in = c.onnx("Reshape", List.of(in, c.list(each ? 0 : -1, w.extent(1))));
    }
    String y;
    if (kept) {
      y = c.onnx("MatMul", List.of(in, c.weight(1, 1, 0)));
      y = c.has(2) ? c.onnx("Add", List.of(y, bias(c, 2, 0, 1))) : y;
    } else {
      List<String> inputs = new ArrayList<>(List.of(in, c.weight(1, 0, 1)));
      if (c.has(2)) {
        inputs.add(bias(c, 2, 0, 1));
      }
      y = c.onnx("Gemm", inputs, Setting.of("transB", 1L));
    }
    c.activated(y, n.small(0, 0));
  }

  private static void product(TfliteCall c) {
    TfliteNode n = c.node();
    n.obeys(3);
    c.define(0, c.onnx("MatMul", List.of(side(c, 0, n.flag(0)), side(c, 1, n.flag(1)))));
  }

  private static String side(TfliteCall c, int input, boolean turned) {
    int[] order = Translation.range(c.input(input).rank());
    if (turned && order.length > 1) {
      int last = order.length - 1;
      order[last] = last - 1;
      order[last - 1] = last;
    }
    return c.weight(input, order);
  }

  private static String pooled(TfliteCall c, String operator, String x) {
    TfliteNode n = c.node();
    n.obeys(6);
    return c.channelsLast(
        c.onnx(
            operator,
            List.of(c.channelsFirst(x)),
            Setting.of("kernel_shape", n.integer(4, 0), n.integer(3, 0)),
            Setting.of("strides", n.integer(2, 0), n.integer(1, 0)),
            padding(n)));
  }

  private static void pool(TfliteCall c, String operator) {
    c.ranked(0, 4);
    c.activated(pooled(c, operator, c.real(0)), c.node().small(5, 0));
  }

  private static void rootMeanSquare(TfliteCall c) {
    c.ranked(0, 4);
    String square = c.onnx("Mul", List.of(c.real(0), c.real(0)));
    String mean = pooled(c, "AveragePool", square);
    c.activated(c.onnx("Sqrt", List.of(mean)), c.node().small(5, 0));
  }

  /** ONNX divides the sum's weight by the number of channels in it. */
  private static void responses(TfliteCall c) {
    TfliteNode n = c.node();
    n.obeys(4);
    c.ranked(0, 4);
    int size = Math.addExact(Math.multiplyExact(2, n.integer(0, 0)), 1);
    c.define(
        0,
        c.channelsLast(
            c.onnx(
                "LRN",
                List.of(c.channelsFirst(c.real(0))),
                Setting.of("size", (long) size),
                Setting.of("bias", n.number(1, 0)),
                Setting.of("alpha", n.number(2, 0) * size),
                Setting.of("beta", n.number(3, 0)))));
  }
}
