package dev.fovea.quantize.prune;

import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.Reduction;
import dev.fovea.op.Sampling;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which channels of a graph can only go together: each place of the last axis of each value, and of
 * each axis of each parameter, has a number, and numbers that an op ties are joined. A sum ties the
 * channels of its terms, a depthwise convolution those that it reads to those that it makes; other
 * convolutions and products tie what they read to the axis of their weights that it meets. What no
 * rule knows is locked: it stays, as inputs and outputs do.
 */
final class ChannelIds {
  private final List<Integer> parents = new ArrayList<>(List.of(0));
  private final Map<Value, int[]> ids = new IdentityHashMap<>();
  private final Map<String, int[][]> parameters = new LinkedHashMap<>();

  /**
   * Numbers the channels of some values, which come after what they are made of.
   *
   * @param outputs the values among them that keep their shape
   */
  ChannelIds(List<Value> values, List<Value> outputs) {
    for (Value v : values) {
      int[] made = made(v);
      ids.put(v, made.length == width(v) ? made : locked(width(v)));
    }
    outputs.forEach(v -> lock(of(v)));
  }

  private static int width(Value v) {
    return v.shape().rank() == 0 ? 1 : v.shape().dim(-1);
  }

  /** Returns the number of each place of a value's last axis. */
  int[] of(Value v) {
    return Objects.requireNonNull(ids.get(v));
  }

  /** Returns the numbers of each axis of each parameter. */
  Map<String, int[][]> parameters() {
    return parameters;
  }

  /** Returns the number that stands for all that are tied to one. */
  int root(int id) {
    int root = id;
    while (parents.get(root) != root) {
      root = parents.get(root);
    }
    while (parents.get(id) != root) {
      id = parents.set(id, root);
    }
    return root;
  }

  /** Returns whether a channel must stay. */
  boolean isLocked(int id) {
    return root(id) == 0;
  }

  private int[] fresh(int count) {
    int[] some = new int[count];
    for (int i = 0; i < count; i++) {
      some[i] = parents.size();
      parents.add(some[i]);
    }
    return some;
  }

  private static int[] locked(int count) {
    return new int[count];
  }

  private void tie(int[] some, int[] others) {
    for (int i = 0; i < some.length; i++) {
      int a = root(some[i]);
      int b = root(others[i]);
      parents.set(Math.max(a, b), Math.min(a, b));
    }
  }

  private void lock(int... some) {
    tie(some, locked(some.length));
  }

  private int[] made(Value v) {
    return switch (v.op()) {
      case Source.Parameter p -> {
        int[][] axes = axes(p);
        yield axes.length == 0 ? locked(1) : axes[axes.length - 1];
      }
      case Source.RandomMask _ -> fresh(width(v));
      case Source _ -> locked(width(v));
      case Contraction c -> contraction(c, v);
      case Elementwise _ -> elementwise(v);
      case Pooling _ -> same(v);
      case Reduction r -> keepsLast(r, v) ? same(v) : unknown(v);
      case Sampling.Resample r -> r.axis() < v.shape().rank() - 1 ? same(v) : unknown(v);
      case Normalization.BatchMoments _ -> same(v);
      case Normalization.BatchNorm _ -> elementwise(v);
      case Movement m -> moved(m, v);
      default -> unknown(v);
    };
  }

  private int[][] axes(Source.Parameter p) {
    return parameters.computeIfAbsent(
        p.name(),
        _ -> Arrays.stream(p.parameterShape().dims()).mapToObj(this::fresh).toArray(int[][]::new));
  }

  /** All channels that an unknown op reads stay. */
  private int[] unknown(Value v) {
    for (Value in : v.inputs()) {
      lock(of(in));
      if (in.op() instanceof Source.Parameter p) {
        for (int[] axis : axes(p)) {
          lock(axis);
        }
      }
    }
    return locked(width(v));
  }

  private int[] same(Value v) {
    int[] in = of(v.input(0));
    return in.length == width(v) && isPlain(v.input(0)) ? in : unknown(v);
  }

  /** Returns whether only the last axis of a value may have channels. */
  private static boolean isPlain(Value v) {
    return !(v.op() instanceof Source.Parameter p) || p.parameterShape().rank() == 1;
  }

  private static boolean keepsLast(Reduction r, Value v) {
    return Arrays.stream(r.axes().toArray()).noneMatch(a -> a == v.shape().rank() - 1);
  }

  private int[] contraction(Contraction c, Value v) {
    int[] x = of(v.input(0));
    if (!(v.input(1).op() instanceof Source.Parameter p)) {
      return unknown(v);
    }
    int[][] w = axes(p);
    int in = w.length - 2;
    int[] out = w[w.length - 1];
    boolean depthwise =
        c instanceof Contraction.Conv2d d && d.groups() == x.length && out.length == x.length;
    boolean whole =
        switch (c) {
          case Contraction.Conv2d d -> d.groups() == 1;
          case Contraction.MatMul m -> !m.transposeA() && !m.transposeB() && w.length == 2;
          default -> false;
        };
    if (whole) {
      tie(x, w[in]);
      return out;
    }
    if (depthwise) {
      lock(w[in]);
      tie(x, out);
      return out;
    }
    return unknown(v);
  }

  /** Ties the channels of all operands that have some; one number for all channels ties nothing. */
  private int[] elementwise(Value v) {
    if (!v.inputs().stream().allMatch(ChannelIds::isPlain)) {
      return unknown(v);
    }
    int[] all = null;
    for (Value in : v.inputs()) {
      int[] own = of(in);
      if (own.length == width(v) && (own.length > 1 || all == null)) {
        if (all != null) {
          tie(all, own);
        }
        all = own;
      }
    }
    return all == null ? unknown(v) : all;
  }

  private int[] moved(Movement m, Value v) {
    int last = v.shape().rank() - 1;
    return switch (m) {
      case Movement.Reshape _ -> reshaped(v);
      case Movement.Transpose t -> t.order().get(last) == last ? same(v) : unknown(v);
      case Movement.Slice s -> {
        int from = s.begin().get(last);
        yield Arrays.copyOfRange(of(v.input(0)), from, from + s.size().dim(last));
      }
      case Movement.Pad p -> {
        int[] before = fresh(p.before().get(last));
        int[] after = fresh(p.after().get(last));
        yield joined(List.of(before, of(v.input(0)), after));
      }
      case Movement.Concat c ->
          c.axis() == last ? joined(v.inputs().stream().map(this::of).toList()) : elementwise(v);
      case Movement.Broadcast _ -> same(v);
      default -> unknown(v);
    };
  }

  private static int[] joined(List<int[]> parts) {
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /** A reshape keeps channels where whole rows of them are put together. */
  private int[] reshaped(Value v) {
    int[] in = of(v.input(0));
    if (width(v) % in.length != 0 || !isPlain(v.input(0))) {
      return unknown(v);
    }
    int[] out = new int[width(v)];
    for (int i = 0; i < out.length; i++) {
      out[i] = in[i % in.length];
    }
    return out;
  }
}
