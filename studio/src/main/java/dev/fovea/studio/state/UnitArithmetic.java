package dev.fovea.studio.state;

import dev.fovea.nn.Traced;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How one place of one channel of a convolution is computed: the numbers of the window that it
 * reads and its weights, of the channels that count most.
 *
 * @param height the rows of the window, those that dilation skips among them
 * @param width its columns
 * @param dilationHeight rows from one weight to the next
 * @param dilationWidth columns from one weight to the next
 * @param x the window [height, width, channels], 0 where it lies outside
 * @param weight the weights [kh, kw, channels]
 * @param bias what is added
 * @param all how many channels the unit reads
 * @param sum the sum over all of them, and the bias: the unit before its activation
 */
public record UnitArithmetic(
    int height,
    int width,
    int dilationHeight,
    int dilationWidth,
    Tensor x,
    Tensor weight,
    float bias,
    int all,
    double sum) {
  /** So many channels are shown. */
  public static final int MOST_CHANNELS = 8;

  /** A convolution of a graph, what it reads and what is added to it. */
  private record Convolution(
      Contraction.Conv2d op, Value input, Value weights, Optional<Value> bias) {}

  /** A window has so many rows, and as many columns, at most, to be shown. */
  public static final int MOST_EXTENT = 24;

  /** A window has so many numbers at most, to be shown. */
  public static final int MOST_NUMBERS = 4096;

  /**
   * Returns the numbers of a unit.
   *
   * @param watch what looks at the layer that the convolution reads
   * @param input as the network takes it, [H, W, C]
   * @throws FoveaException if it is no unit of a convolution that reads what another layer gives,
   *     or its window is too large to be shown
   */
  public static UnitArithmetic of(
      OpenModel net,
      LayerWatch watch,
      Tensor input,
      String path,
      int channel,
      int row,
      int column) {
    Traced traced = net.model().trace(1, false);
    Value layer = traced.layers().get(path);
    if (layer == null || layer.shape().rank() != 4) {
      throw new FoveaException("unit: " + path + " is no layer with places");
    }
    Shape s = layer.shape();
    if (channel >= s.dim(3) || row >= s.dim(1) || column >= s.dim(2)) {
      throw new FoveaException(
          "unit: no channel %s at row %s, column %s of %s"
              .formatted(channel, row, column, s.dropFirst()));
    }
    Convolution conv = convolution(path, layer);
    requireSmall(conv, path);
    Tensor read = read(net, watch, traced, conv.input, path, input);
    return sum(net, conv, read, channel, row, column);
  }

  private static void requireSmall(Convolution conv, String path) {
    Window2d w = conv.op.window();
    long height = (w.kernelHeight() - 1L) * w.dilationHeight() + 1;
    long width = (w.kernelWidth() - 1L) * w.dilationWidth() + 1;
    int channels = Math.min(MOST_CHANNELS, conv.weights.shape().dim(2));
    if (height > MOST_EXTENT || width > MOST_EXTENT || height * width * channels > MOST_NUMBERS) {
      throw new FoveaException(
          "unit: the window of %s is %s × %s × %s; at most %s a side and %s numbers are shown"
              .formatted(path, height, width, channels, MOST_EXTENT, MOST_NUMBERS));
    }
  }

  /** Looks for the convolution through its bias and activation. */
  private static Convolution convolution(String path, Value layer) {
    Value v = layer;
    while (v.op() instanceof Elementwise && v.inputs().size() == 1) {
      v = v.input(0);
    }
    Optional<Value> bias = isBias(v) ? Optional.of(v.input(1)) : Optional.empty();
    v = bias.isPresent() ? v.input(0) : v;
    if (v.op() instanceof Contraction.Conv2d c && v.input(1).op() instanceof Source.Parameter) {
      return new Convolution(c, v.input(0), v.input(1), bias);
    }
    throw new FoveaException("unit: " + path + " is no convolution with weights of its own");
  }

  /** Returns whether a value adds a parameter with one number for each channel. */
  private static boolean isBias(Value v) {
    if (!(v.op() instanceof Elementwise.Binary(BinaryFunction function))
        || function != BinaryFunction.ADD
        || !(v.input(1).op() instanceof Source.Parameter)) {
      return false;
    }
    Shape own = v.input(1).shape();
    int channels = v.shape().dim(-1);
    return own.rank() > 0 && own.dim(-1) == channels && own.elements() == channels;
  }

  /** Returns what the convolution reads: the network's input or what a layer gives. */
  private static Tensor read(
      OpenModel net, LayerWatch watch, Traced traced, Value value, String path, Tensor input) {
    Tensor batch = input.reshape(input.shape().prepend(1));
    if (value.op() instanceof Source.Input) {
      return batch;
    }
    String before =
        traced.layers().entrySet().stream()
            .filter(e -> e.getValue() == value)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(
                () -> new FoveaException("unit: " + path + " reads what no layer by itself gives"));
    return watch.of(net, before, batch);
  }

  private static Tensor parameter(OpenModel net, Value v) {
    return net.model().parameters().tensor(((Source.Parameter) v.op()).name());
  }

  private static UnitArithmetic sum(
      OpenModel net, Convolution conv, Tensor read, int channel, int row, int column) {
    Window2d w = conv.op.window();
    Tensor weights = parameter(net, conv.weights);
    Shape ws = weights.shape();
    int inner = ws.dim(2);
    int from = channel / (ws.dim(3) / conv.op.groups()) * inner;
    int height = (w.kernelHeight() - 1) * w.dilationHeight() + 1;
    int width = (w.kernelWidth() - 1) * w.dilationWidth() + 1;
    int top = row * w.strideHeight() - w.padTop();
    int left = column * w.strideWidth() - w.padLeft();
    double[] parts = new double[inner];
    for (int i = 0; i < w.kernelHeight() * w.kernelWidth() * inner; i++) {
      int tap = i / inner;
      int y = top + tap / w.kernelWidth() * w.dilationHeight();
      int x = left + tap % w.kernelWidth() * w.dilationWidth();
      parts[i % inner] +=
          (double) at(read, y, x, from + i % inner) * weights.data()[i * ws.dim(3) + channel];
    }
    float bias = conv.bias.map(b -> parameter(net, b).data()[channel]).orElse(0f);
    int[] shown =
        IntStream.range(0, inner)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer c) -> -Math.abs(parts[c])))
            .limit(MOST_CHANNELS)
            .mapToInt(c -> c)
            .sorted()
            .toArray();
    Tensor x = Tensor.zeros(Shape.of(height, width, shown.length));
    for (int i = 0; i < x.data().length; i++) {
      int place = i / shown.length;
      x.data()[i] =
          at(read, top + place / width, left + place % width, from + shown[i % shown.length]);
    }
    Tensor weight = Tensor.zeros(Shape.of(w.kernelHeight(), w.kernelWidth(), shown.length));
    for (int i = 0; i < weight.data().length; i++) {
      int number = i / shown.length * inner + shown[i % shown.length];
      weight.data()[i] = weights.data()[number * ws.dim(3) + channel];
    }
    return new UnitArithmetic(
        height,
        width,
        w.dilationHeight(),
        w.dilationWidth(),
        x,
        weight,
        bias,
        inner,
        IntStream.range(0, inner).mapToDouble(c -> parts[c]).sum() + bias);
  }

  /** Returns a number of a batch of one, 0 outside. */
  private static float at(Tensor t, int y, int x, int c) {
    Shape s = t.shape();
    boolean inside = y >= 0 && y < s.dim(1) && x >= 0 && x < s.dim(2);
    return inside ? t.data()[(y * s.dim(2) + x) * s.dim(3) + c] : 0;
  }
}
