package dev.fovea.formats.keras;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Sampling;
import dev.fovea.op.Taps;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Rearrangements of samples of any number of axes, channels last. */
final class KerasSteps {
  private KerasSteps() {}

  /** Two layers, one after the other, without names of their own. */
  private record Both(Layer first, Layer second) implements Layer {
    @Override
    public Signal forward(Signal x) {
      return second.forward(first.forward(x));
    }

    @Override
    public String kind() {
      return first.kind();
    }
  }

  /** Returns two layers as one, which has the parameters of the first. */
  static Layer both(Layer first, Layer second) {
    return new Both(first, second);
  }

  /** Returns a sample with an axis at another place, the others in their order. */
  static Signal moved(Signal x, int from, int to) {
    if (from == to) {
      return x;
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < x.shape().rank(); i++) {
      if (i != from) {
        order.add(i);
      }
    }
    order.add(to, from);
    return x.with(x.value().transpose(order.stream().mapToInt(Integer::intValue).toArray()));
  }

  /**
   * Returns a sample whose place o along an axis is place {@code source(o)}, or 0 where below 0.
   */
  static Value picked(Value x, int axis, int count, IntFunction<Integer> source) {
    List<List<Taps.Tap>> taps = new ArrayList<>();
    for (int o = 0; o < count; o++) {
      int from = source.apply(o);
      taps.add(from < 0 ? List.of() : List.of(new Taps.Tap(from, 1)));
    }
    return Value.of(new Sampling.Resample(axis, Taps.of(x.shape().dim(axis), taps)), x);
  }

  /** Returns a sequence [N, T, …] from its end to its beginning. */
  static Signal reversed(Signal x) {
    int t = x.shape().dim(1);
    return x.with(picked(x.value(), 1, t, o -> t - 1 - o));
  }

  /** Requires so many axes, the batch and the channels among them. */
  static void require(String kind, Signal x, int rank) {
    if (x.shape().rank() != rank) {
      throw new ShapeException(
          kind, "needs %s axes, got %s".formatted(rank, x.shape().rank()), List.of(x.shape()));
    }
  }

  /** Returns a sample with zeros before and after its inner axes; below 0 is cut off. */
  static Signal padded(String kind, Signal x, int[][] borders) {
    require(kind, x, borders.length + 2);
    int rank = borders.length + 2;
    int[] before = new int[rank];
    int[] after = new int[rank];
    int[] begin = new int[rank];
    int[] size = x.shape().dims();
    for (int i = 0; i < borders.length; i++) {
      before[i + 1] = Math.max(borders[i][0], 0);
      after[i + 1] = Math.max(borders[i][1], 0);
      begin[i + 1] = Math.max(-borders[i][0], 0);
      size[i + 1] -= begin[i + 1] + Math.max(-borders[i][1], 0);
      if (size[i + 1] < 1) {
        throw new ShapeException(kind, "nothing would be left", List.of(x.shape()));
      }
    }
    Value cut = x.value().slice(begin, Shape.of(size));
    return x.with(Value.of(new Movement.Pad(Ints.of(before), Ints.of(after), 0), cut));
  }

  /** Returns a sample with each place of its inner axes repeated. */
  static Signal repeated(String kind, Signal x, int... factors) {
    require(kind, x, factors.length + 2);
    Value y = x.value();
    for (int i = 0; i < factors.length; i++) {
      int f = factors[i];
      int count = Math.multiplyExact(y.shape().dim(i + 1), f);
      y = f == 1 ? y : picked(y, i + 1, count, o -> o / f);
    }
    return x.with(y);
  }

  /** Returns a sample with s − 1 zeros between the places of its inner axes. */
  static Signal spread(Signal x, int... strides) {
    Value y = x.value();
    for (int i = 0; i < strides.length; i++) {
      int s = strides[i];
      int count = Math.multiplyExact(y.shape().dim(i + 1) - 1, s) + 1;
      y = s == 1 ? y : picked(y, i + 1, count, o -> o % s == 0 ? o / s : -1);
    }
    return x.with(y);
  }

  /** A layer of images on sequences, which are images of one row. */
  private record Rows(Layer image) implements Layer {
    @Override
    public Signal forward(Signal x) {
      require(kind(), x, 3);
      Signal y = image.forward(x.reshape(Shape.of(1, x.shape().dim(1), x.shape().dim(2))));
      return y.shape().rank() == 4 ? y.reshape(Shape.of(y.shape().dim(2), y.shape().dim(3))) : y;
    }

    @Override
    public String kind() {
      return image.kind();
    }
  }

  /** Returns a layer of images [N, 1, T, C] as one of sequences [N, T, C]. */
  static Layer rows(Layer image) {
    return new Rows(image);
  }
}
