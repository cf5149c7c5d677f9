package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that scale elements by statistics of others. */
final class NormalizationOperators {
  private NormalizationOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("BatchNormalization", NormalizationOperators::batch);
    to.put("InstanceNormalization", c -> grouped(c, c.shape(0).dim(1)));
    to.put("GroupNormalization", c -> grouped(c, c.node().small("num_groups", 1)));
    to.put("LayerNormalization", NormalizationOperators::layer);
    to.put("RMSNormalization", NormalizationOperators::rootMeanSquare);
    to.put("LRN", NormalizationOperators::local);
    to.put("LpNormalization", NormalizationOperators::norm);
    to.put("MeanVarianceNormalization", NormalizationOperators::standardised);
    to.put("Softmax", c -> softmax(c, new Normalization.Softmax()));
    to.put("LogSoftmax", c -> softmax(c, new Normalization.LogSoftmax()));
  }

  private static Value weight(Call c, int i) {
    return c.graph().weight(c.input(i), c.node().inputs().get(i), 0);
  }

  /**
   * Uses the tracked statistics; those of the batch, which then change the tracked ones, where the
   * network is trained or the node says so.
   */
  private static List<Operand> batch(Call c) {
    if (!c.node().flag("spatial", true)) {
      throw new FormatException("has statistics per place (spatial = 0), which are not supported");
    }
    Value x = c.rank() < 2 ? c.plain(0) : c.channelsLast(0);
    float momentum = c.node().number("momentum", 0.9);
    boolean training = c.node().flag("training_mode", false) || trains(c);
    Value scale = weight(c, 1);
    Value shift = weight(c, 2);
    Value mean = state(c, 3);
    Value variance = state(c, 4);
    Value moments;
    Value nextMean = mean;
    Value nextVariance = variance;
    if (training) {
      moments = Value.of(new Normalization.BatchMoments(), x);
      nextMean = mean.times(momentum).plus(moments.row(0).times(1 - momentum));
      nextVariance = variance.times(momentum).plus(moments.row(1).times(1 - momentum));
      follow(c, 3, mean, nextMean);
      follow(c, 4, variance, nextVariance);
    } else {
      Shape row = mean.shape().prepend(1);
      moments = Value.of(new Movement.Concat(0), mean.reshape(row), variance.reshape(row));
    }
    Value y =
        Value.of(
            new Normalization.BatchNorm(c.node().number("epsilon", 1e-5)),
            x,
            moments,
            scale,
            shift);
    int[] order = c.rank() < 2 ? Index.range(c.rank()) : Call.channelsLastOrder(c.rank());
    return List.of(
        new Operand.Held(y, order, c.type()),
        Operand.Held.plain(nextMean, c.type()),
        Operand.Held.plain(nextVariance, c.type()));
  }

  /** Frozen layers keep to the tracked statistics. */
  private static boolean trains(Call c) {
    List<String> names = c.node().inputs();
    return !c.graph().weights().usesRunningStatistics(names.get(1), names.get(2));
  }

  private static Value state(Call c, int i) {
    return c.input(i) instanceof Operand.Known k
        ? c.graph()
            .weights()
            .state(
                c.graph().weightName(k, c.node().inputs().get(i)),
                k.shape(),
                GraphImport.values(k.tensor(), Index.range(k.rank())))
        : c.plain(i);
  }

  private static void follow(Call c, int i, Value state, Value next) {
    if (c.input(i) instanceof Operand.Known k) {
      c.graph().weights().follow(c.graph().weightName(k, c.node().inputs().get(i)), state, next);
    }
  }

  /** Normalises channels in groups; the scale is one per channel, or, once, one per group. */
  private static List<Operand> grouped(Call c, int groups) {
    Value x = c.channelsLast(0);
    Shape s = x.shape();
    int channels = s.dim(-1);
    int pixels = Index.product(s, 1, s.rank() - 1);
    if (groups < 1 || channels % groups != 0) {
      throw new FormatException(channels + " channels do not fall into " + groups + " groups");
    }
    int each = channels / groups;
    Value g = x.reshape(Shape.of(s.dim(0), pixels, groups, each));
    Value normal = standard(g, new int[] {1, 3}, c.node().number("epsilon", 1e-5));
    boolean perChannel = c.shape(1).elements() == channels;
    Shape affine = perChannel ? Shape.of(groups, each) : Shape.of(groups, 1);
    Value y = normal.times(weight(c, 1).reshape(affine)).plus(weight(c, 2).reshape(affine));
    return c.channelsLast(y.reshape(s));
  }

  /** (x − mean) / √(variance + ε) over some axes. */
  static Value standard(Value x, int[] axes, float epsilon) {
    Value centred = x.minus(x.mean(axes));
    Value variance = centred.map(UnaryFunction.SQUARE).mean(axes);
    return centred.over(variance.plus(Value.constant(epsilon)).map(UnaryFunction.SQRT));
  }

  private static List<Operand> layer(Call c) {
    int axis = c.axis("axis", -1);
    int[] axes = IntStream.range(axis, c.rank()).toArray();
    Value x = c.plain(0);
    Value mean = x.mean(axes);
    Value centred = x.minus(mean);
    Value variance = centred.map(UnaryFunction.SQUARE).mean(axes);
    float epsilon = c.node().number("epsilon", 1e-5);
    Value inverse =
        variance
            .plus(Value.constant(epsilon))
            .map(UnaryFunction.SQRT)
            .map(UnaryFunction.RECIPROCAL);
    Value y = centred.times(inverse).times(scale(c, 1));
    y = c.has(2) ? y.plus(scale(c, 2)) : y;
    return List.of(
        Operand.Held.plain(y, c.type()),
        Operand.Held.plain(mean, DataType.FLOAT),
        Operand.Held.plain(inverse, DataType.FLOAT));
  }

  private static Value scale(Call c, int i) {
    return c.graph().weight(c.input(i), c.node().inputs().get(i), Index.range(c.input(i).rank()));
  }

  private static List<Operand> rootMeanSquare(Call c) {
    int[] axes = IntStream.range(c.axis("axis", -1), c.rank()).toArray();
    Value x = c.plain(0);
    Value mean = x.map(UnaryFunction.SQUARE).mean(axes);
    Value root =
        mean.plus(Value.constant(c.node().number("epsilon", 1e-5))).map(UnaryFunction.SQRT);
    return c.plain(x.over(root).times(scale(c, 1)));
  }

  /** Divides by (bias + α/size · Σ x² over neighbouring channels)^β. */
  private static List<Operand> local(Call c) {
    Value x = c.channelsLast(0);
    int size = c.node().small("size", 1);
    float alpha = c.node().number("alpha", 1e-4);
    float beta = c.node().number("beta", 0.75);
    float bias = c.node().number("bias", 1);
    if (size % 2 == 1) {
      return c.channelsLast(
          Value.of(new Normalization.LocalResponseNorm(size, alpha, beta, bias), x));
    }
    Shape s = x.shape();
    int channels = s.dim(-1);
    Window2d along = Window2d.of(1, size).padding(0, 0, (size - 1) / 2, size / 2);
    Value squares =
        Value.of(
            new Pooling.AveragePool(along, true),
            x.map(UnaryFunction.SQUARE).reshape(Shape.of(s.elements() / channels, 1, channels, 1)));
    Value spread = squares.reshape(s).times(alpha).plus(Value.constant(bias));
    return c.channelsLast(
        x.times(spread.map(UnaryFunction.LOG).times(-beta).map(UnaryFunction.EXP)));
  }

  private static List<Operand> norm(Call c) {
    Operand.Held h = c.held(0);
    int axis = h.axis(c.axis("axis", -1));
    Value x = h.value();
    Value length =
        c.node().small("p", 2) == 1
            ? x.map(UnaryFunction.ABS).sum(axis)
            : x.map(UnaryFunction.SQUARE).sum(axis).map(UnaryFunction.SQRT);
    // A vector of zeros stays one: it is divided by 1.
    Value none = length.with(BinaryFunction.EQUAL, Value.constant(0));
    return List.of(h.with(x.over(length.plus(none))));
  }

  private static List<Operand> standardised(Call c) {
    int[] axes =
        Arrays.stream(c.node().integers("axes", 0, 2, 3))
            .map(a -> Index.axis(a, c.rank()))
            .toArray();
    Operand.Held h = c.held(0);
    int[] held = Arrays.stream(axes).map(h::axis).sorted().toArray();
    Value centred = h.value().minus(h.value().mean(held));
    Value deviation = centred.map(UnaryFunction.SQUARE).mean(held).map(UnaryFunction.SQRT);
    return List.of(h.with(centred.over(deviation.plus(Value.constant(1e-9f)))));
  }

  /** Along one axis; before opset 13 all axes from the named one on count as one. */
  private static List<Operand> softmax(Call c, Normalization op) {
    boolean old = c.node().opset() < 13;
    int axis = c.axis("axis", old ? 1 : -1);
    Shape s = c.shape(0);
    if (old && Index.product(s, axis + 1, s.rank()) != 1) {
      Shape rows = Shape.of(Index.product(s, 0, axis), Index.product(s, axis, s.rank()));
      return c.plain(Value.of(op, c.plain(0).reshape(rows)).reshape(s));
    }
    Operand.Held h = c.held(0);
    int[] order = h.order();
    if (s.rank() > 0 && order[order.length - 1] != axis) {
      order =
          IntStream.concat(Arrays.stream(h.order()).filter(a -> a != axis), IntStream.of(axis))
              .toArray();
    }
    return List.of(new Operand.Held(Value.of(op, h.in(order)), order, h.type()));
  }
}
