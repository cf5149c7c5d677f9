package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Convolutions over one, two and three spatial axes, and their transposes. */
final class ConvolutionOperators {
  private ConvolutionOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("Conv", c -> c.channelsLast(convolution(c)));
    to.put("ConvTranspose", c -> c.channelsLast(transposed(c)));
    to.put("CausalConvWithState", ConvolutionOperators::causal);
    to.put("ConvInteger", ConvolutionOperators::ofIntegers);
  }

  private static Value convolution(Call c) {
    int axes = axes(c);
    Value whole = QuantizedOperators.convolutionOfBytes(c, axes);
    if (whole != null) {
      return whole;
    }
    Value x = c.channelsLast(0);
    Value w = c.graph().weight(c.input(1), c.node().inputs().get(1), weightOrder(axes));
    Value y = convolve(c.node(), x, w);
    return c.has(2) ? y.plus(bias(c, 2)) : y;
  }

  private static Value bias(Call c, int i) {
    return c.graph().weight(c.input(i), c.node().inputs().get(i), 0);
  }

  private static int axes(Call c) {
    int axes = c.rank() - 2;
    if (axes < 1 || axes > 3 || c.shape(1).rank() != axes + 2) {
      throw new FormatException(
          "needs inputs with one to three spatial axes and weights alike, got "
              + c.shape(0)
              + " and "
              + c.shape(1));
    }
    return axes;
  }

  /** Returns the order kernel…, in, out of weights that come as out, in, kernel…. */
  static int[] weightOrder(int axes) {
    int[] order = new int[axes + 2];
    for (int i = 0; i < axes; i++) {
      order[i] = i + 2;
    }
    order[axes] = 1;
    order[axes + 1] = 0;
    return order;
  }

  /** Convolves channels-last values with weights [kernel…, Cin/groups, Cout]. */
  static Value convolve(Node node, Value x, Value w) {
    int axes = x.shape().rank() - 2;
    int[] in = Arrays.copyOfRange(x.shape().dims(), 1, axes + 1);
    Spatial s = Spatial.of(node, Arrays.copyOf(w.shape().dims(), axes), in);
    int groups = node.small("group", 1);
    if (s.cuts()) {
      return convolve(s.unpadded(), groups, padded(x, s, 0), w);
    }
    return convolve(s, groups, x, w);
  }

  private static Value convolve(Spatial s, int groups, Value x, Value w) {
    return switch (s.axes()) {
      case 1 -> line(s, groups, x, w);
      case 2 -> Value.of(new Contraction.Conv2d(s.window(), groups), x, w);
      default -> volume(s, groups, x, w);
    };
  }

  private static Value line(Spatial s, int groups, Value x, Value w) {
    Shape in = x.shape();
    Shape k = w.shape();
    Value y =
        Value.of(
            new Contraction.Conv2d(s.window(), groups),
            x.reshape(Shape.of(in.dim(0), 1, in.dim(1), in.dim(2))),
            w.reshape(Shape.of(1, k.dim(0), k.dim(1), k.dim(2))));
    return y.reshape(Shape.of(in.dim(0), y.shape().dim(2), y.shape().dim(3)));
  }

  /** Adds up one plane convolution per depth of the kernel. */
  private static Value volume(Spatial s, int groups, Value x, Value w) {
    Shape in = x.shape();
    Shape k = w.shape();
    Value deep = depthPadded(x, s.before()[0], s.after()[0]);
    int out = s.out(0, in.dim(1));
    Value sum = null;
    for (int d = 0; d < k.dim(0); d++) {
      Value planes =
          ShapeOperators.strided(deep, 1, d * s.dilation()[0], out, s.stride()[0])
              .reshape(Shape.of(in.dim(0) * out, in.dim(2), in.dim(3), in.dim(4)));
      Value weights = w.slice(0, d, 1).reshape(k.dropFirst());
      Value y = Value.of(new Contraction.Conv2d(s.window(), groups), planes, weights);
      sum = sum == null ? y : sum.plus(y);
    }
    Value y = java.util.Objects.requireNonNull(sum);
    Shape p = y.shape();
    return y.reshape(Shape.of(in.dim(0), out, p.dim(1), p.dim(2), p.dim(3)));
  }

  private static Value depthPadded(Value x, int before, int after) {
    return before + after == 0
        ? x
        : Value.of(new Movement.Pad(Ints.of(0, before, 0, 0, 0), Ints.of(0, after, 0, 0, 0), 0), x);
  }

  /** Returns a channels-last value with the geometry's borders; negative ones cut off. */
  static Value padded(Value x, Spatial s, float value) {
    int rank = x.shape().rank();
    int[] before = new int[rank];
    int[] after = new int[rank];
    Value v = x;
    for (int a = 0; a < s.axes(); a++) {
      int b = s.before()[a];
      int e = s.after()[a];
      int cut = Math.max(0, -b);
      int rest = v.shape().dim(a + 1) - cut - Math.max(0, -e);
      v = rest == v.shape().dim(a + 1) ? v : v.slice(a + 1, cut, rest);
      before[a + 1] = Math.max(0, b);
      after[a + 1] = Math.max(0, e);
    }
    boolean any = Arrays.stream(before).sum() + Arrays.stream(after).sum() > 0;
    return any ? Value.of(new Movement.Pad(Ints.of(before), Ints.of(after), value), v) : v;
  }

  /**
   * Convolves each channel with what came before: x [N, C, length], w [C, 1, k], a bias, and the k
   * − 1 places before x, zeros if not given. The second result is the last k − 1 places.
   */
  private static List<Operand> causal(Call c) {
    if (c.rank() != 3 || c.shape(1).rank() != 3 || c.shape(1).dim(1) != 1) {
      throw new FormatException(
          "needs [N,C,length] and weights [C,1,k], got " + c.shape(0) + " and " + c.shape(1));
    }
    int before = c.shape(1).dim(2) - 1;
    int channels = c.shape(1).dim(0);
    Value x = c.channelsLast(0);
    Value all =
        c.has(3) && before > 0
            ? Value.of(new Movement.Concat(1), c.channelsLast(3), x)
            : Value.of(new Movement.Pad(Ints.of(0, before, 0), Ints.of(0, 0, 0), 0), x);
    Value w = c.graph().weight(c.input(1), c.node().inputs().get(1), weightOrder(1));
    Spatial plain =
        new Spatial(new int[] {before + 1}, new int[] {1}, new int[] {1}, new int[1], new int[1]);
    Value y = line(plain, channels, all, w);
    y = c.has(2) ? y.plus(bias(c, 2)) : y;
    String activation = c.node().text("activation", "none");
    y =
        switch (activation) {
          case "none" -> y;
          case "silu", "swish" -> y.times(y.activate(Activation.SIGMOID));
          default -> throw new FormatException("activation " + activation + " is not supported");
        };
    Operand state =
        before == 0
            ? new Operand.Known(HostTensor.full(c.type(), c.shape(0).withDim(2, 0), 0), "")
            : c.channelsLast(all.slice(1, x.shape().dim(1), before)).get(0);
    return List.of(c.channelsLast(y).get(0), state);
  }

  private static List<Operand> ofIntegers(Call c) {
    int axes = axes(c);
    Value x = c.channelsLast(0);
    Value w = c.in(1, weightOrder(axes));
    x = c.has(2) ? x.minus(c.plain(2).reshape(Shape.scalar())) : x;
    w = c.has(3) ? w.minus(c.plain(3)) : w;
    Value y = convolve(c.node(), x, w);
    return List.of(new Operand.Held(y, Call.channelsLastOrder(axes + 2), DataType.INT32));
  }

  private static Value transposed(Call c) {
    int axes = axes(c);
    Value x = c.channelsLast(0);
    // Weights come as in, out, kernel…: those of the convolution that this one transposes.
    Value w = c.graph().weight(c.input(1), c.node().inputs().get(1), weightOrder(axes));
    int[] in = Arrays.copyOfRange(x.shape().dims(), 1, axes + 1);
    Transposed t = Transposed.of(c.node(), Arrays.copyOf(w.shape().dims(), axes), in);
    Value y =
        switch (axes) {
          case 1 -> transposedLine(t, c.node(), x, w);
          case 2 -> transposedPlane(t, c.node().small("group", 1), x, w);
          default -> transposedVolume(t, c.node().small("group", 1), x, w);
        };
    return c.has(2) ? y.plus(bias(c, 2)) : y;
  }

  private static Value transposedLine(Transposed t, Node node, Value x, Value w) {
    Shape in = x.shape();
    Shape k = w.shape();
    Value y =
        transposedPlane(
            t.withHeight(),
            node.small("group", 1),
            x.reshape(Shape.of(in.dim(0), 1, in.dim(1), in.dim(2))),
            w.reshape(Shape.of(1, k.dim(0), k.dim(1), k.dim(2))));
    return y.reshape(Shape.of(in.dim(0), y.shape().dim(2), y.shape().dim(3)));
  }

  private static Value transposedPlane(Transposed t, int groups, Value x, Value w) {
    if (t.isPlain()) {
      return Value.of(
          new Contraction.ConvTranspose2d(t.geometry().window(), groups, t.out()[0], t.out()[1]),
          x,
          w);
    }
    Transposed full = t.full();
    Value y =
        Value.of(
            new Contraction.ConvTranspose2d(
                full.geometry().window(), groups, full.out()[0], full.out()[1]),
            x,
            w);
    return padded(y, t.crop(), 0);
  }

  /** Adds up the planes that each depth of the kernel makes, each set apart by the stride. */
  private static Value transposedVolume(Transposed t, int groups, Value x, Value w) {
    Shape in = x.shape();
    Transposed plane = t.full().plane();
    Value planes = x.reshape(Shape.of(in.dim(0) * in.dim(1), in.dim(2), in.dim(3), in.dim(4)));
    Spatial g = t.geometry();
    int deep = t.full().out()[0];
    @Nullable Value sum = null;
    for (int d = 0; d < w.shape().dim(0); d++) {
      Value weights = w.slice(0, d, 1).reshape(w.shape().dropFirst());
      Value y = transposedPlane(plane, groups, planes, weights);
      Shape p = y.shape();
      Value apart =
          apart(
              y.reshape(Shape.of(in.dim(0), in.dim(1), p.dim(1), p.dim(2), p.dim(3))),
              g.stride()[0]);
      int first = d * g.dilation()[0];
      Value placed = depthPadded(apart, first, deep - first - apart.shape().dim(1));
      sum = sum == null ? placed : sum.plus(placed);
    }
    return padded(java.util.Objects.requireNonNull(sum), t.crop(), 0);
  }

  /** Returns a value with zeros between its planes. */
  private static Value apart(Value y, int stride) {
    if (stride == 1) {
      return y;
    }
    Shape s = y.shape();
    Shape rows = Shape.of(s.dim(0), s.dim(1), 1, s.dim(2) * s.dim(3) * s.dim(4));
    Value spread =
        Value.of(
            new Movement.Pad(Ints.of(0, 0, 0, 0), Ints.of(0, 0, stride - 1, 0), 0),
            y.reshape(rows));
    Value all = spread.reshape(s.withDim(1, s.dim(1) * stride));
    return all.slice(1, 0, (s.dim(1) - 1) * stride + 1);
  }
}
