package dev.fovea.engine.compile.testing;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Interpolation;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.Sampling;
import dev.fovea.op.Source;
import dev.fovea.op.Taps;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Lets a random graph grow by one op, or by a chain such as convolution, bias and activation. */
final class FuzzOps {
  /** The most elements of a value, and a hundredth of the most products of an op. */
  private static final int MOST = 4000;

  private final Draw draw;
  private final FuzzValues values;
  private long streams;

  FuzzOps(Draw draw, FuzzValues values) {
    this.draw = draw;
    this.values = values;
  }

  /** Adds an op to the graph, or nothing if what was drawn does not fit together. */
  void grow() {
    step(values.any()).filter(v -> v.shape().elements() <= MOST).ifPresent(values::add);
  }

  /** Adds an op that few networks have: it reads rows or regions, or chooses. */
  void growByRareOp() {
    Value v = draw.once(6) ? looked() : new FuzzRegions(draw, values).of(images(values.any()));
    if (v.shape().elements() <= MOST) {
      values.add(v);
    }
  }

  private Optional<Value> step(Value v) {
    try {
      return switch (draw.below(10)) {
        case 0, 1, 2, 3, 4 -> contraction(v);
        case 5 -> normalization(v);
        case 6, 7 -> elementwise(v);
        default -> movement(v);
      };
    } catch (FoveaException e) {
      return Optional.empty();
    }
  }

  private Optional<Value> contraction(Value v) {
    return switch (draw.below(14)) {
      case 0, 1, 2, 3, 4, 5 -> convolution(images(v)).map(this::tail);
      case 6, 7, 8 -> product(v).map(this::tail);
      case 9 -> transposed(images(v));
      case 10 -> weightGradient(images(v));
      default -> pooled(images(v));
    };
  }

  /** Returns a convolution, a transposed one or a weight gradient of fresh leaves. */
  Value convolutionOfLeaves() {
    while (true) {
      int[] extents = {1, 1, 2, 3, 5, 8};
      int channels = draw.of(1, 2, 3, 8, 17, 33, 40);
      Value x = values.input(Shape.of(draw.of(1, 2), draw.of(extents), draw.of(extents), channels));
      Optional<Value> y =
          switch (draw.below(3)) {
            case 0 -> convolution(x).map(this::tail);
            case 1 -> transposed(x);
            default -> weightGradient(x);
          };
      if (y.isPresent()) {
        return values.add(y.get());
      }
    }
  }

  private static Value images(Value v) {
    int e = v.shape().elements();
    int c = v.shape().rank() == 0 ? 1 : v.shape().dim(-1);
    return v.shape().rank() == 4 ? v : v.reshape(Shape.of(1, 1, e / c, c));
  }

  private Window2d window(Shape x) {
    Window2d w =
        Window2d.of(draw.of(1, 2, 3, 3, 5), draw.of(1, 2, 3, 3, 5))
            .stride(draw.of(1, 1, 2, 3), draw.of(1, 1, 2, 3))
            .dilation(draw.of(1, 1, 1, 2), draw.of(1, 1, 1, 2));
    return draw.once(2)
        ? w.same(x.dim(1), x.dim(2))
        : w.padding(draw.below(3), draw.below(3), draw.below(3), draw.below(3));
  }

  private static boolean fits(Window2d w, Shape x) {
    return w.outputHeight(x.dim(1)) >= 1 && w.outputWidth(x.dim(2)) >= 1;
  }

  private int groups(int channels) {
    if (draw.once(4)) {
      return channels;
    }
    return channels % 2 == 0 && draw.once(3) ? 2 : 1;
  }

  private Optional<Value> convolution(Value x) {
    int c = x.shape().dim(3);
    int g = groups(c);
    int cout = g * draw.of(1, 1, 2, 3, 4, 8, 17);
    Window2d w = window(x.shape());
    if (!fits(w, x.shape()) || cout > 40) {
      return Optional.empty();
    }
    Shape weights = Shape.of(w.kernelHeight(), w.kernelWidth(), c / g, cout);
    var op = new Contraction.Conv2d(w, g);
    return cheap(w, x.shape(), weights)
        ? Optional.of(Value.of(op, scaled(x, w.taps() * c / g, draw.once(2)), values.leaf(weights)))
        : Optional.empty();
  }

  private static boolean cheap(Window2d w, Shape x, Shape weights) {
    long pixels = (long) x.dim(0) * w.outputHeight(x.dim(1)) * w.outputWidth(x.dim(2));
    return pixels * weights.elements() <= 100L * MOST;
  }

  /** Keeps the deviation of a sum of {@code n} products near 1. */
  private static Value scaled(Value v, int n, boolean really) {
    return really && n > 4 ? v.times((float) (1 / Math.sqrt(n))) : v;
  }

  private Optional<Value> transposed(Value y) {
    Shape s = y.shape();
    Window2d w = window(s);
    int padHeight = w.padTop() + w.padBottom();
    int padWidth = w.padLeft() + w.padRight();
    int height = (s.dim(1) - 1) * w.strideHeight() + w.spanHeight() - padHeight;
    int width = (s.dim(2) - 1) * w.strideWidth() + w.spanWidth() - padWidth;
    height += draw.below(w.strideHeight());
    width += draw.below(w.strideWidth());
    if (height < 1 || width < 1) {
      return Optional.empty();
    }
    int g = groups(s.dim(3));
    Shape x = Shape.of(s.dim(0), height, width, draw.of(1, 2, 3, 8) * g);
    Shape weights = Shape.of(w.kernelHeight(), w.kernelWidth(), x.dim(3) / g, s.dim(3));
    var op = new Contraction.ConvTranspose2d(w, g, height, width);
    return x.elements() <= MOST && cheap(w, x, weights)
        ? Optional.of(scaled(Value.of(op, y, values.leaf(weights)), w.taps() * s.dim(3), true))
        : Optional.empty();
  }

  private Optional<Value> weightGradient(Value x) {
    Shape s = x.shape();
    Window2d w = window(s);
    if (!fits(w, s)) {
      return Optional.empty();
    }
    int g = groups(s.dim(3));
    int cout = draw.of(1, 2, 8, 17) * g;
    int height = w.outputHeight(s.dim(1));
    int width = w.outputWidth(s.dim(2));
    Shape weights = Shape.of(w.kernelHeight(), w.kernelWidth(), s.dim(3) / g, cout);
    if (cout > 40 || !cheap(w, s, weights)) {
      return Optional.empty();
    }
    Value dy = values.leaf(Shape.of(s.dim(0), height, width, cout));
    Value dw = Value.of(new Contraction.ConvWeightGradient(w, g), x, dy);
    return Optional.of(scaled(dw, s.dim(0) * height * width, true));
  }

  private Optional<Value> product(Value v) {
    int e = v.shape().elements();
    Value a = v.shape().rank() < 2 ? v.reshape(Shape.of(1, e)) : v;
    boolean batched = a.shape().rank() > 2 && draw.once(2);
    boolean ta = (batched || a.shape().rank() == 2) && draw.once(2);
    boolean tb = draw.once(2);
    int k = a.shape().dim(ta ? -2 : -1);
    int n = draw.of(1, 2, 3, 8, 17);
    Shape b = tb ? Shape.of(n, k) : Shape.of(k, n);
    if (batched) {
      int[] dims = a.shape().dims();
      System.arraycopy(b.dims(), 0, dims, dims.length - 2, 2);
      b = Shape.of(dims);
    }
    if ((long) e * n > 100L * MOST || e / k * n > MOST) {
      return Optional.empty();
    }
    Value y = Value.of(new Contraction.MatMul(ta, tb), a, values.leaf(b));
    return Optional.of(scaled(y, k, draw.once(2)));
  }

  private Optional<Value> pooled(Value x) {
    Window2d drawn = window(x.shape());
    // A dilated window may find padding alone; its maximum, −∞, would make all that follows NaN.
    Window2d w = drawn.padded() ? drawn.dilation(1, 1) : drawn;
    if (!fits(w, x.shape())) {
      return Optional.empty();
    }
    Value max = Value.of(new Pooling.MaxPool(w), x);
    return Optional.of(
        switch (draw.below(8)) {
          case 0 -> Value.of(new Pooling.MaxPoolGradient(w), x, values.leaf(max.shape()));
          case 1 -> Value.of(new Pooling.MaxPoolGather(w), x, values.leaf(x.shape()));
          case 2, 3, 4 -> max;
          default -> Value.of(new Pooling.AveragePool(w, draw.once(2)), x);
        });
  }

  /** Appends what epilogues are made of, now and then with a second use in between. */
  private Value tail(Value contraction) {
    Value y = shared(contraction);
    if (draw.once(2)) {
      y = shared(either(BinaryFunction.ADD, y, values.leaf(Shape.of(y.shape().dim(-1)))));
    }
    if (draw.once(3)) {
      y = shared(batchNorm(y));
    }
    if (draw.once(3)) {
      y = shared(either(BinaryFunction.ADD, y, draw.once(3) ? y : values.leaf(y.shape())));
    }
    return draw.once(2) ? y.activate(activation()) : y;
  }

  private Value shared(Value v) {
    return draw.once(4) ? values.add(v) : v;
  }

  private Value either(BinaryFunction f, Value a, Value b) {
    return draw.once(2) ? a.with(f, b) : b.with(f, a);
  }

  private Activation activation() {
    return switch (draw.below(7)) {
      case 0 -> Activation.leakyRelu(0.1f);
      case 1 -> Activation.elu(1);
      case 2 -> Activation.SIGMOID;
      case 3 -> Activation.TANH;
      case 4 -> Activation.SOFTPLUS;
      case 5 -> Activation.IDENTITY;
      default -> Activation.RELU;
    };
  }

  private Optional<Value> normalization(Value v) {
    if (v.shape().rank() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        switch (draw.below(6)) {
          case 0 -> Value.of(new Normalization.Softmax(), v);
          case 2 ->
              Value.of(new Normalization.LocalResponseNorm(draw.of(1, 3, 5), 0.5f, 0.75f, 1), v);
          case 1 -> Value.of(new Normalization.LogSoftmax(), v);
          default -> finished(batchNorm(v));
        });
  }

  /** Returns a norm as networks have it: alone, with a ReLU, as the end of a residual block. */
  private Value finished(Value norm) {
    Value sum = draw.once(3) ? norm.plus(values.leaf(norm.shape())) : norm;
    return draw.once(2) ? sum.activate(Activation.RELU) : sum;
  }

  private Value batchNorm(Value v) {
    int c = v.shape().dim(-1);
    Value moments = batchMoments(v, c);
    Shape channels = Shape.of(c);
    return Value.of(
        new Normalization.BatchNorm(0.1f),
        v,
        moments,
        values.leaf(channels),
        values.leaf(channels));
  }

  /** Returns moments of the batch, or such as are tracked, with variances that are not negative. */
  private Value batchMoments(Value v, int c) {
    if (v.shape().elements() >= 4 * c && draw.once(2)) {
      return Value.of(new Normalization.BatchMoments(), v);
    }
    Shape row = Shape.of(1, c);
    Value mean = values.leaf(Shape.of(c)).reshape(row);
    Value variance = values.leaf(Shape.of(c)).map(UnaryFunction.SQUARE).plus(Value.constant(0.5f));
    return Value.of(new Movement.Concat(0), mean, variance.reshape(row));
  }

  private Optional<Value> elementwise(Value v) {
    return switch (draw.below(10)) {
      case 0, 1, 2, 3 -> binary(v);
      case 4, 5 -> Optional.of(v.activate(activation()));
      case 6, 7 -> Optional.of(unary(v));
      case 8 -> Optional.of(v.times(draw.of(1, 2, 3) * 0.5f).times((float) draw.of(1, 2, -1)));
      default ->
          Optional.of(
              v.times(Value.of(new Source.RandomMask(v.shape(), 0.7f, streams++), values.key())));
    };
  }

  private Optional<Value> binary(Value v) {
    Value other = partner(v);
    int elements = Shape.broadcast(v.shape(), other.shape()).elements();
    if (elements > MOST) {
      return Optional.empty();
    }
    BinaryFunction f =
        switch (draw.below(10)) {
          case 0, 1, 2, 3 -> BinaryFunction.ADD;
          case 4 -> BinaryFunction.SUBTRACT;
          case 5 -> BinaryFunction.MULTIPLY;
          case 6 -> BinaryFunction.MAX;
          case 7 -> BinaryFunction.MIN;
          case 8 -> BinaryFunction.DIVIDE;
          default -> draw.once(2) ? BinaryFunction.GREATER : BinaryFunction.EQUAL;
        };
    if (f == BinaryFunction.DIVIDE) {
      return Optional.of(v.over(other.map(UnaryFunction.ABS).plus(Value.constant(0.5f))));
    }
    Value y = either(f, v, other);
    return Optional.of(f == BinaryFunction.MULTIPLY ? y.activate(Activation.TANH) : y);
  }

  /** Returns something to combine with: a constant, itself, a row, a broadcast or anything. */
  private Value partner(Value v) {
    return switch (draw.below(6)) {
      case 0 -> Value.constant(draw.of(-1, 0, 1, 2));
      case 1 -> v;
      case 2 -> values.leaf(v.shape().rank() == 0 ? Shape.scalar() : Shape.of(v.shape().dim(-1)));
      case 3 -> values.leaf(thinned(v.shape(), 2)).broadcastTo(v.shape());
      case 4 -> values.leaf(thinned(v.shape(), 3));
      default -> values.any();
    };
  }

  private Shape thinned(Shape shape, int n) {
    return Shape.of(Arrays.stream(shape.dims()).map(d -> draw.once(n) ? 1 : d).toArray());
  }

  private Value unary(Value v) {
    Value positive = v.map(UnaryFunction.ABS).plus(Value.constant(0.5f));
    return switch (draw.below(9)) {
      case 0 -> v.map(UnaryFunction.NEGATE);
      case 1 -> v.map(UnaryFunction.ABS);
      case 2 -> v.map(UnaryFunction.SIGN);
      case 3 -> v.map(UnaryFunction.SQUARE).activate(Activation.TANH);
      case 4 -> v.activate(Activation.TANH).map(UnaryFunction.EXP);
      case 5 -> positive.map(UnaryFunction.LOG);
      case 6 -> positive.map(UnaryFunction.SQRT);
      case 7 -> v.map(UnaryFunction.ERF);
      default -> positive.map(UnaryFunction.RECIPROCAL);
    };
  }

  private Optional<Value> movement(Value v) {
    Shape s = v.shape();
    if (s.rank() == 0) {
      return Optional.of(v.broadcastTo(Shape.of(draw.of(1, 3, 8))));
    }
    int axis = draw.below(s.rank());
    int first = draw.below(s.dim(axis));
    return Optional.of(
        switch (draw.below(11)) {
          case 0 -> v.reshape(Shape.of(s.elements()));
          case 1 -> v.reshape(Shape.of(s.dim(0), s.elements() / s.dim(0)));
          case 2, 3 -> v.slice(axis, first, 1 + draw.below(s.dim(axis) - first));
          case 4 -> v.transpose(draw.rng().permutation(s.rank()));
          case 5 -> padded(v);
          case 6 -> concat(v, axis);
          case 7 -> Value.of(new Movement.OneHot(draw.of(1, 5)), values.indices(draw.of(1, 3)));
          case 8 -> v.sum(axis);
          case 9 -> draw.once(3) ? looked() : resampled(v, axis);
          default -> draw.once(2) ? v.max(axis) : v.mean();
        });
  }

  private Value resampled(Value v, int axis) {
    Interpolation kind = draw.of(List.of(Interpolation.values()));
    Taps taps = kind.taps(v.shape().dim(axis), draw.of(1, 2, 3, 5), draw.once(2));
    return Value.of(new Sampling.Resample(axis, taps), v);
  }

  /** Returns rows of a table, or rows added up into one. */
  private Value looked() {
    int numbers = draw.of(1, 3);
    Value table = values.leaf(Shape.of(draw.of(1, 3, 5), draw.of(1, 4)));
    Value rows = Value.of(new Sampling.Gather(), table, values.indices(numbers));
    return draw.once(2)
        ? rows
        : Value.of(new Sampling.ScatterAdd(4), values.indices(numbers), rows.times(2));
  }

  private Value padded(Value v) {
    int[] before = new int[v.shape().rank()];
    int[] after = new int[before.length];
    Arrays.setAll(before, _ -> draw.below(2));
    Arrays.setAll(after, _ -> draw.below(2));
    return Value.of(new Movement.Pad(Ints.of(before), Ints.of(after), draw.of(0, 1)), v);
  }

  private Value concat(Value v, int axis) {
    Value other = draw.once(2) ? v : values.leaf(v.shape().withDim(axis, draw.of(1, 2, 3)));
    return draw.once(2)
        ? Value.of(new Movement.Concat(axis), v, other)
        : Value.of(new Movement.Concat(axis), other, v, v);
  }
}
