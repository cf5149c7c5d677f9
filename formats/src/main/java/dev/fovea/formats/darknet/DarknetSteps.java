package dev.fovea.formats.darknet;

import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.formats.weights.LayerFunctions;
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

/** What Darknet's sections without weights compute, on images N, H, W, C or rows. */
final class DarknetSteps {
  private DarknetSteps() {}

  /** Returns the rows that an average gives as images of one pixel. */
  static Signal image(Signal x) {
    return x.shape().rank() == 2 ? x.reshape(Shape.of(1, 1, x.shape().dim(-1))) : x;
  }

  /** Returns the results of a route one after the other, of each one group of its channels. */
  static Signal route(List<Signal> in, int groups, int group) {
    List<Signal> parts = in.stream().map(x -> part(x, groups, group)).toList();
    return parts.size() == 1
        ? parts.get(0)
        : ImageSteps.concat(parts, parts.get(0).shape().rank() - 1);
  }

  private static Signal part(Signal x, int groups, int group) {
    int length = x.shape().dim(-1) / groups;
    return groups == 1 ? x : ImageSteps.channels(x, group * length, length);
  }

  /**
   * Adds a shortcut: of b the channels that both have, and where it is larger every second (third,
   * …) pixel; where it is smaller its pixels are added to every second of a.
   */
  static Signal add(Signal a, Signal b) {
    if (a.shape().equals(b.shape())) {
      return a.plus(b);
    }
    if (a.shape().rank() != b.shape().rank()) {
      throw new ShapeException(
          "shortcut", "rows and images cannot be added", List.of(a.shape(), b.shape()));
    }
    Value picked = b.value();
    for (int axis = 1; axis < a.shape().rank() - 1; axis++) {
      picked = pixels(picked, axis, a.shape().dim(axis));
    }
    return a.plus(channels(b.with(picked), a.shape().dim(-1)));
  }

  /** Returns pixels along an axis at the places of an image of another size, zeros between. */
  private static Value pixels(Value x, int axis, int to) {
    int from = x.shape().dim(axis);
    int stride = Math.max(1, from / to);
    int sample = Math.max(1, to / from);
    List<List<Taps.Tap>> taps = new ArrayList<>();
    for (int o = 0; o < to; o++) {
      boolean met = o % sample == 0 && o / sample < Math.min(from, to);
      taps.add(met ? List.of(new Taps.Tap(o / sample * stride, 1)) : List.of());
    }
    return from == to ? x : Value.of(new Sampling.Resample(axis, Taps.of(from, taps)), x);
  }

  private static Signal channels(Signal x, int count) {
    int has = x.shape().dim(-1);
    if (has >= count) {
      return has == count ? x : ImageSteps.channels(x, 0, count);
    }
    int rank = x.shape().rank();
    int[] after = new int[rank];
    after[rank - 1] = count - has;
    return x.apply(new Movement.Pad(Ints.of(new int[rank]), Ints.of(after), 0));
  }

  /**
   * Returns the softmax over all numbers of a sample or of each of several runs of its channels, or
   * {@code spatial} over the channels of each pixel.
   */
  static Signal softmax(Signal x, int groups, boolean spatial) {
    Shape in = x.shape();
    int all = in.elements() / in.dim(0);
    if (spatial && groups == 1) {
      return LayerFunctions.softmax().forward(x);
    }
    if (spatial || all % groups != 0) {
      throw new ShapeException(
          "softmax", "does not divide into " + groups + " groups", List.of(in));
    }
    if (groups == 1) {
      return LayerFunctions.softmax().forward(x.reshape(Shape.of(all))).reshape(in.dropFirst());
    }
    Signal parts = ImageSteps.flattenChannelsFirst(x).reshape(Shape.of(groups, all / groups));
    Signal rows = LayerFunctions.softmax().forward(parts).reshape(Shape.of(all));
    return in.rank() == 2
        ? rows
        : ImageSteps.channelsLast(rows.reshape(Shape.of(in.dim(3), in.dim(1), in.dim(2))));
  }

  /** Returns the middle of a picture, its numbers 2x − 1 unless {@code plain}. */
  static Signal middle(Signal x, int height, int width, boolean plain) {
    Shape in = x.shape();
    int top = in.rank() == 4 ? (in.dim(1) - height) / 2 : -1;
    int left = in.rank() == 4 ? (in.dim(2) - width) / 2 : -1;
    if (top < 0 || left < 0 || height > in.dim(1) || width > in.dim(2)) {
      throw new ShapeException("crop", height + "×" + width + " does not fit", List.of(in));
    }
    Signal cut = ImageSteps.crop(x, top, in.dim(1) - top - height, left, in.dim(2) - left - width);
    return plain ? cut : cut.with(cut.value().times(2).plus(Value.constant(-1)));
  }

  /**
   * Moves pixels to channels as Darknet does: it reads the numbers C, H, W as C/s², H·s, W·s and
   * cuts those into squares.
   */
  static Signal reorganised(Signal x, int s) {
    Shape in = x.shape();
    boolean fits =
        in.rank() == 4
            && s <= Math.min(in.dim(1), in.dim(2))
            && in.dim(3) % (s * s) == 0
            && in.dim(1) % s == 0
            && in.dim(2) % s == 0;
    if (!fits) {
      throw new ShapeException("reorg", "cannot be cut by " + s, List.of(in));
    }
    int h = in.dim(1);
    int w = in.dim(2);
    Signal split = ImageSteps.channelsFirst(x).reshape(Shape.of(in.dim(3) / (s * s), h, s, w, s));
    Signal moved = split.with(split.value().transpose(0, 3, 5, 1, 2, 4));
    return ImageSteps.channelsLast(moved.reshape(Shape.of(in.dim(3) * s * s, h / s, w / s)));
  }

  /** Returns an image with a factor for each of its channels. */
  static Signal scaled(Signal factors, Signal x) {
    boolean rows = factors.shape().rank() == 2 && x.shape().rank() == 4;
    return x.times(rows ? image(factors) : factors);
  }
}
