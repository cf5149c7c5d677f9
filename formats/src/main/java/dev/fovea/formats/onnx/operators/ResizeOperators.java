package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Sampling;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that interpolate tensors to other extents. */
final class ResizeOperators {
  private ResizeOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("Resize", ResizeOperators::resize);
    to.put("Upsample", ResizeOperators::resize);
  }

  private static List<Operand> resize(Call c) {
    AxisResize[] axes = axes(c);
    float outside = c.node().number("extrapolation_value", 0);
    if (c.input(0) instanceof Operand.Held h) {
      Value repeated = repeated(h, axes);
      Value v = repeated != null ? repeated : resampled(h, axes);
      if (v != null) {
        return List.of(h.with(v));
      }
    }
    return HostOperator.of((n, in) -> List.of(interpolated(in.get(0), axes, outside)))
        .apply(new Call(c.node(), List.of(c.input(0)), c.graph()));
  }

  /** Repeats elements where that is all there is to do; null elsewhere. */
  private static @Nullable Value repeated(Operand.Held h, AxisResize[] axes) {
    if (!Arrays.stream(axes).allMatch(AxisResize::isRepetition)) {
      return null;
    }
    Value v = h.value();
    for (int a = 0; a < axes.length; a++) {
      int times = axes[a].out() / Math.max(axes[a].in(), 1);
      if (times > 1) {
        int held = h.axis(a);
        Shape s = v.shape();
        int before = Index.product(s, 0, held + 1);
        int after = Index.product(s, held + 1, s.rank());
        v =
            v.reshape(Shape.of(before, 1, after))
                .broadcastTo(Shape.of(before, times, after))
                .reshape(s.withDim(held, s.dim(held) * times));
      }
    }
    return v;
  }

  /** Interpolates in the plan; null where places outside the input have a value of their own. */
  private static @Nullable Value resampled(Operand.Held h, AxisResize[] axes) {
    if (!h.type().isFloat() || Arrays.stream(axes).anyMatch(a -> a.leaves() || a.out() == 0)) {
      return null;
    }
    Value v = h.value();
    for (int a = 0; a < axes.length; a++) {
      if (!axes[a].isIdentity()) {
        v = Value.of(new Sampling.Resample(h.axis(a), axes[a].taps()), v);
      }
    }
    return v;
  }

  /** Interpolates one axis after the other. */
  static HostTensor interpolated(HostTensor t, AxisResize[] axes, double outside) {
    double[] data = t.doubles();
    Shape s = t.shape();
    for (int a = 0; a < axes.length; a++) {
      if (!axes[a].isIdentity()) {
        Shape next = HostTensor.bounded(s.withDim(a, axes[a].out()));
        data = axes[a].apply(data, Index.product(s, 0, a), Index.product(s, a + 1, s.rank()));
        s = next;
      }
    }
    boolean[] lost = new boolean[data.length];
    for (int a = 0; a < axes.length; a++) {
      int inner = Index.product(s, a + 1, s.rank());
      for (int i = 0; i < lost.length && axes[a].leaves(); i++) {
        lost[i] |= axes[a].isOutside(i / inner % s.dim(a));
      }
    }
    for (int i = 0; i < data.length; i++) {
      data[i] = lost[i] ? outside : t.type().hold(data[i]);
    }
    return HostTensor.of(t.type(), s, data);
  }

  /**
   * Returns what is done to each axis. Scales are an attribute before opset 9 and an operand from
   * then on, second until opset 10, third later; sizes are the fourth.
   */
  private static AxisResize[] axes(Call c) {
    Node n = c.node();
    n.obeys("keep_aspect_ratio_policy");
    int rank = c.rank();
    boolean modern = n.type().equals("Resize") && n.opset() >= 11;
    int[] axes =
        Arrays.stream(n.integers("axes", Index.range(rank)))
            .map(a -> Index.axis(a, rank))
            .toArray();
    float[] scales = new float[rank];
    int[] sizes = c.shape(0).dims();
    Arrays.fill(scales, 1);
    boolean sized = modern && c.has(3) && c.shape(3).elements() > 0;
    if (sized) {
      sizes(c, axes, scales, sizes);
    } else {
      float[] given = scales(c, modern);
      if (given.length != axes.length) {
        throw new FormatException("needs " + axes.length + " scales, got " + given.length);
      }
      for (int i = 0; i < axes.length; i++) {
        scales[axes[i]] = given[i];
        sizes[axes[i]] = (int) Math.floor(c.shape(0).dim(axes[i]) * given[i]);
      }
    }
    float[] roi = modern && c.has(1) ? floats(c.known(1)) : new float[0];
    AxisResize.Rule rule = AxisResize.Rule.of(n, modern);
    AxisResize[] all = new AxisResize[rank];
    for (int a = 0; a < rank; a++) {
      int in = Arrays.stream(axes).boxed().toList().indexOf(a);
      float begin = in >= 0 && roi.length == 2 * axes.length ? roi[in] : 0;
      float end = in >= 0 && roi.length == 2 * axes.length ? roi[in + axes.length] : 1;
      all[a] = AxisResize.of(rule, c.shape(0).dim(a), sizes[a], scales[a], begin, end);
    }
    return all;
  }

  /** Returns the scales as the file has them, in 32 bits: in more, 0.7 · 10 would fall below 7. */
  private static float[] scales(Call c, boolean modern) {
    Node n = c.node();
    if (c.has(modern ? 2 : 1)) {
      return floats(c.known(modern ? 2 : 1));
    }
    List<Float> given =
        n.has("scales")
            ? n.numbers("scales")
            : List.of(1f, 1f, n.number("height_scale", 1), n.number("width_scale", 1));
    float[] scales = new float[given.size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = given.get(i);
    }
    return scales;
  }

  private static float[] floats(HostTensor t) {
    return t.floats(Index.range(t.rank()));
  }

  /** Takes the wanted extents, or the nearest ones that keep all axes in proportion. */
  private static void sizes(Call c, int[] axes, float[] scales, int[] sizes) {
    int[] wanted = c.known(3).ints();
    if (wanted.length != axes.length) {
      throw new FormatException("needs " + axes.length + " sizes, got " + wanted.length);
    }
    for (int i = 0; i < axes.length; i++) {
      // Nobody interpolates between samples: such a size is that of the batch when it was written.
      boolean batch = wanted[i] == 1 || wanted[i] == c.written(0, axes[i]);
      wanted[i] = batch && c.growth(0, axes[i]) > 0 ? c.shape(0).dim(axes[i]) : wanted[i];
    }
    String policy = c.node().text("keep_aspect_ratio_policy", "stretch");
    float common = policy.equals("not_larger") ? Float.POSITIVE_INFINITY : 0;
    for (int i = 0; i < axes.length; i++) {
      float scale = (float) wanted[i] / c.shape(0).dim(axes[i]);
      scales[axes[i]] = scale;
      sizes[axes[i]] = wanted[i];
      common = policy.equals("not_larger") ? Math.min(common, scale) : Math.max(common, scale);
    }
    for (int i = 0; i < axes.length && !policy.equals("stretch"); i++) {
      scales[axes[i]] = common;
      sizes[axes[i]] = Math.round(common * c.shape(0).dim(axes[i]));
    }
  }
}
