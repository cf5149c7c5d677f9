package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Pooling;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Operators that sum up windows, or whole images, by one number per channel. */
final class PoolingOperators {
  private PoolingOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("MaxPool", PoolingOperators::max);
    to.put("AveragePool", c -> c.channelsLast(average(c, c.channelsLast(0))));
    to.put("LpPool", PoolingOperators::norm);
    to.put("GlobalAveragePool", c -> global(c, false));
    to.put("GlobalMaxPool", c -> global(c, true));
    to.put("GlobalLpPool", PoolingOperators::globalNorm);
  }

  private static Spatial geometry(Call c, int[] in) {
    int[] kernel = c.node().integers("kernel_shape");
    if (kernel == null || in.length < 1 || in.length > 3) {
      throw new FormatException("needs a kernel_shape and one to three spatial axes");
    }
    Spatial s = Spatial.of(c.node(), kernel, in);
    return c.node().flag("ceil_mode", false) ? s.ceiling(in) : s;
  }

  private static int[] extents(Value x) {
    return Arrays.copyOfRange(x.shape().dims(), 1, x.shape().rank() - 1);
  }

  private static List<Operand> max(Call c) {
    if (c.node().hasOutput(1)) {
      return HostOperator.of(PoolingFunctions::maxWithIndices).apply(c);
    }
    c.node().obeys("storage_order");
    Value x = c.channelsLast(0);
    Spatial s = geometry(c, extents(x));
    if (!s.isNarrow()) {
      x = ConvolutionOperators.padded(x, s, (float) c.type().least());
      s = s.unpadded();
    }
    return c.channelsLast(pooled(x, s, (v, w) -> Value.of(new Pooling.MaxPool(w), v)));
  }

  /** Pools planes, and then along the depth, if there is one: both kinds fall apart that way. */
  private static Value pooled(Value x, Spatial s, BiFunction<Value, Window2d, Value> pool) {
    Shape in = x.shape();
    int n = in.dim(0);
    if (s.axes() == 1) {
      Value y = pool.apply(x.reshape(Shape.of(n, 1, in.dim(1), in.dim(2))), s.window());
      return y.reshape(Shape.of(n, y.shape().dim(2), y.shape().dim(3)));
    } else if (s.axes() == 2) {
      return pool.apply(x, s.window());
    }
    int channels = in.dim(4);
    Value planes =
        pool.apply(x.reshape(Shape.of(n * in.dim(1), in.dim(2), in.dim(3), channels)), s.window());
    int h = planes.shape().dim(1);
    int w = planes.shape().dim(2);
    Window2d along =
        new Window2d(
            s.kernel()[0],
            1,
            s.stride()[0],
            1,
            s.before()[0],
            s.after()[0],
            0,
            0,
            s.dilation()[0],
            1);
    Value y = pool.apply(planes.reshape(Shape.of(n, in.dim(1), h * w, channels)), along);
    return y.reshape(Shape.of(n, y.shape().dim(1), h, w, channels));
  }

  /** Averages windows; padding counts if the node says so, but not what rounding up adds to it. */
  private static Value average(Call c, Value x) {
    int[] in = extents(x);
    Spatial s = geometry(c, in);
    if (c.node().flag("count_include_pad", false)) {
      Spatial declared = Spatial.of(c.node(), s.kernel(), in);
      Value padded = ConvolutionOperators.padded(x, declared, 0);
      int[] rest = new int[in.length];
      Arrays.setAll(rest, a -> s.after()[a] - declared.after()[a]);
      return averaged(
          padded, new Spatial(s.kernel(), s.stride(), s.dilation(), new int[in.length], rest));
    }
    return averaged(x, s);
  }

  private static Value averaged(Value x, Spatial s) {
    BiFunction<Value, Window2d, Value> pool =
        (v, w) -> Value.of(new Pooling.AveragePool(w, false), v);
    if (s.isNarrow()) {
      return pooled(x, s, pool);
    }
    Value ones = Value.constant(Tensor.full(x.shape(), 1));
    Value sums = pooled(ConvolutionOperators.padded(x, s, 0), s.unpadded(), pool);
    Value share = pooled(ConvolutionOperators.padded(ones, s, 0), s.unpadded(), pool);
    return sums.over(share);
  }

  /** (Σ |x|ᵖ)^(1/p) over each window, padding being zeros. */
  private static List<Operand> norm(Call c) {
    Value x = c.channelsLast(0);
    int p = c.node().small("p", 2);
    int[] in = extents(x);
    Spatial s = geometry(c, in);
    Value padded = ConvolutionOperators.padded(raised(x, p), s, 0);
    int taps = Arrays.stream(s.kernel()).reduce(1, Math::multiplyExact);
    Value mean =
        pooled(padded, s.unpadded(), (v, w) -> Value.of(new Pooling.AveragePool(w, true), v));
    return c.channelsLast(root(mean.times(taps), p));
  }

  private static Value raised(Value x, int p) {
    return switch (p) {
      case 1 -> x.map(UnaryFunction.ABS);
      case 2 -> x.map(UnaryFunction.SQUARE);
      default -> x.map(UnaryFunction.ABS).map(UnaryFunction.LOG).times(p).map(UnaryFunction.EXP);
    };
  }

  private static Value root(Value x, int p) {
    return switch (p) {
      case 1 -> x;
      case 2 -> x.map(UnaryFunction.SQRT);
      default -> x.map(UnaryFunction.LOG).times(1f / p).map(UnaryFunction.EXP);
    };
  }

  private static int[] spatial(Value x) {
    return Arrays.stream(Index.range(x.shape().rank() - 1)).filter(a -> a > 0).toArray();
  }

  private static List<Operand> global(Call c, boolean max) {
    Value x = c.channelsLast(0);
    return c.channelsLast(max ? x.max(spatial(x)) : x.mean(spatial(x)));
  }

  private static List<Operand> globalNorm(Call c) {
    Value x = c.channelsLast(0);
    int p = c.node().small("p", 2);
    return c.channelsLast(root(raised(x, p).sum(spatial(x)), p));
  }
}
