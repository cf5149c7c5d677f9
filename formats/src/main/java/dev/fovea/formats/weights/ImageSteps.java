package dev.fovea.formats.weights;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Resize;
import dev.fovea.nn.Signal;
import dev.fovea.op.Interpolation;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Pooling;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Expressions on images N, H, W, C that files of other libraries need. */
public final class ImageSteps {
  private static final int LARGEST_FACTOR = 64;

  private ImageSteps() {}

  /** A layer without parameters that is one expression. */
  private record Expression(String kind, UnaryOperator<Signal> function) implements Layer {
    @Override
    public Signal forward(Signal x) {
      return function.apply(x);
    }
  }

  /** Returns the layer of an expression without parameters. */
  public static Layer layer(String kind, UnaryOperator<Signal> function) {
    return new Expression(kind, function);
  }

  /** Returns an image with its axes as N, C, H, W; anything else as it is. */
  public static Signal channelsFirst(Signal x) {
    return x.shape().rank() == 4 ? x.with(x.value().transpose(0, 3, 1, 2)) : x;
  }

  /** Returns N, C, H, W as an image N, H, W, C; anything else as it is. */
  public static Signal channelsLast(Signal x) {
    return x.shape().rank() == 4 ? x.with(x.value().transpose(0, 2, 3, 1)) : x;
  }

  /** Returns each sample as one row, images in the order C, H, W. */
  public static Signal flattenChannelsFirst(Signal x) {
    Signal plain = isPixel(x.shape()) ? x : channelsFirst(x);
    return plain.reshape(Shape.of(x.shape().elements() / x.shape().dim(0)));
  }

  /** One pixel, or one channel, lies in memory the same way in both orders. */
  private static boolean isPixel(Shape s) {
    return s.rank() == 4 && (s.dim(3) == 1 || s.dim(1) * s.dim(2) == 1);
  }

  /**
   * Returns the layer that repeats each pixel so many times down and across.
   *
   * @throws FoveaException if a factor is beyond all use
   */
  public static Resize upsample(int height, int width) {
    if (Math.max(height, width) > LARGEST_FACTOR) {
      throw new FoveaException(
          "upsample: factors %s and %s, at most %s are read"
              .formatted(height, width, LARGEST_FACTOR));
    }
    return new Resize(Interpolation.NEAREST, height, width, true, false);
  }

  /** Returns an image with rows and columns of zeros around it. */
  public static Signal pad(Signal x, int top, int bottom, int left, int right) {
    return top + bottom + left + right == 0
        ? x
        : x.apply(new Movement.Pad(Ints.of(0, top, left, 0), Ints.of(0, bottom, right, 0), 0));
  }

  /** Returns an image without some rows and columns at its border. */
  public static Signal crop(Signal x, int top, int bottom, int left, int right) {
    Shape s = x.shape();
    int height = s.rank() == 4 ? s.dim(1) - top - bottom : 0;
    int width = s.rank() == 4 ? s.dim(2) - left - right : 0;
    if (height < 1 || width < 1) {
      throw new ShapeException("crop", "nothing of the image would be left", List.of(s));
    }
    Shape size = Shape.of(s.dim(0), height, width, s.dim(3));
    return x.with(x.value().slice(new int[] {0, top, left, 0}, size));
  }

  /** Returns the part of the channels from {@code begin} on. */
  public static Signal channels(Signal x, int begin, int length) {
    return x.with(x.value().slice(-1, begin, length));
  }

  /** Returns the maximum of windows. */
  public static Signal maxPool(Signal x, Window2d window) {
    return x.apply(new Pooling.MaxPool(window));
  }

  /** Returns the mean of windows, padding left out. */
  public static Signal averagePool(Signal x, Window2d window) {
    return x.apply(new Pooling.AveragePool(window, false));
  }

  /** Returns signals one after the other along an axis of N, H, W, C. */
  public static Signal concat(List<Signal> parts, int axis) {
    Signal first = parts.get(0);
    if (axis < 1 || axis >= first.shape().rank()) {
      throw new ShapeException(
          "concat", "there is no axis " + axis + " to join", List.of(first.shape()));
    }
    return first.with(
        Value.of(new Movement.Concat(axis), parts.stream().map(Signal::value).toList()));
  }

  /** Returns signals under a two-place function, from the first to the last. */
  public static Signal fold(List<Signal> parts, BinaryOperator<Signal> function) {
    return parts.stream().reduce(function).orElseThrow();
  }

  /** Requires at least this many inputs of an operator that joins. */
  public static void requireInputs(String kind, List<Signal> parts, int least) {
    if (parts.size() < least) {
      throw new ShapeException(
          kind, "needs at least " + least + " inputs", parts.stream().map(Signal::shape).toList());
    }
  }

  /** Returns where an axis of N, C, H, W lies in N, H, W, C; of other ranks it stays. */
  public static int axis(int axis, int rank) {
    int plain = axis < 0 ? axis + rank : axis;
    if (rank != 4 || plain < 0 || plain > 3) {
      return plain;
    }
    return Arrays.asList(0, 3, 1, 2).get(plain);
  }
}
