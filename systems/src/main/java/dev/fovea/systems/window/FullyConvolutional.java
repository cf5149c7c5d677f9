package dev.fovea.systems.window;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.Reduction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A classifier made fully convolutional (Sermanet et al., 2014; Long et al., 2015): over a picture
 * larger than its input it gives, in one pass, the outputs that it gives for each window of the
 * size of its input. What neighbouring windows have in common is computed once.
 *
 * <p>Convolutions and pooling go over the whole picture; the dense layer behind them, which reads a
 * map of h × w cells, becomes a convolution of h × w with the same weights, later ones 1 × 1;
 * averages and maxima over the map become pooling. Windows are as far apart as the product of all
 * strides says ({@link Passed#step}). That is exact where nothing pads: a network whose
 * convolutions pad sees zeros around each window where the picture goes on, and is refused.
 */
public final class FullyConvolutional {
  private final Value window;
  private final Value picture;
  private final Map<Value, Maps> done = new IdentityHashMap<>();
  private final Map<Value, Boolean> follows = new IdentityHashMap<>();

  /**
   * What a value of the classifier is over the picture.
   *
   * @param value [N, H, W, C]: the classifier's value for the window at cell (y, x) is the part of
   *     {@code height} × {@code width} cells from there
   * @param step how many pixels cells are apart
   */
  private record Maps(Value value, int height, int width, int step) {
    Maps with(Value other) {
      return new Maps(other, height, width, step);
    }

    int channels() {
      return value.shape().dim(3);
    }
  }

  private FullyConvolutional(Value window, Value picture) {
    this.window = window;
    this.picture = picture;
  }

  /**
   * What a classifier says of the windows of a picture.
   *
   * @param outputs its output for each window [N, rows, columns, numbers]
   * @param step how many pixels windows are apart, in both directions
   */
  public record Passed(Signal outputs, int step) {}

  /**
   * Returns the outputs of a layer for all windows of a picture.
   *
   * @param classifier from a window [N, height, width, C] to rows [N, numbers]
   * @param height the height of a window in pixels
   * @param width its width
   * @param picture the picture [N, H, W, C]
   * @throws FoveaException if a layer pads, or does what cannot be done for all windows at once
   */
  public static Passed over(Layer classifier, int height, int width, Signal picture) {
    Shape shape = picture.shape();
    if (shape.rank() != 4 || shape.dim(1) < height || shape.dim(2) < width) {
      throw new FoveaException(
          "fully convolutional: pictures of at least %s×%s expected, got %s"
              .formatted(height, width, shape));
    }
    // The classifier is traced on one window, and what it does then done to the picture.
    Value one = picture.value().slice(1, 0, height).slice(2, 0, width);
    Value said = classifier.apply(picture.with(one)).value();
    Maps maps = new FullyConvolutional(one, picture.value()).maps(said);
    if (maps.height != 1 || maps.width != 1) {
      throw new FoveaException(
          "fully convolutional: the network answers with a map of %s×%s, not with classes"
              .formatted(maps.height, maps.width));
    }
    return new Passed(picture.with(maps.value), maps.step);
  }

  /** Returns the outputs of a model for all windows of a picture; see {@link #over}. */
  public static Passed over(Model classifier, Signal picture) {
    Shape input = classifier.inputs().get(0);
    return over(classifier::apply, input.dim(0), input.dim(1), picture);
  }

  /** Returns whether a value depends on the window. */
  private boolean follows(Value v) {
    Boolean known = follows.get(v);
    if (known == null) {
      known = v == window || v.inputs().stream().anyMatch(this::follows);
      follows.put(v, known);
    }
    return known;
  }

  private Maps maps(Value v) {
    Maps known = done.get(v);
    if (known == null) {
      known = v == window ? whole() : made(v);
      done.put(v, known);
    }
    return known;
  }

  private Maps whole() {
    return new Maps(picture, window.shape().dim(1), window.shape().dim(2), 1);
  }

  private Maps made(Value v) {
    return switch (v.op()) {
      case Contraction.Conv2d c -> windowed(v, c.window());
      case Pooling p when v.inputs().size() == 1 -> windowed(v, p.window());
      case Contraction.MatMul m -> dense(v, m);
      case Movement.Reshape r -> reshaped(v);
      case Reduction r -> reduced(v, r);
      case Elementwise e -> combined(v);
      case Normalization.BatchNorm b -> perCell(v);
      case Normalization.LocalResponseNorm l -> perCell(v);
      case Normalization.Softmax s -> ofClasses(v);
      case Normalization.LogSoftmax s -> ofClasses(v);
      default -> throw refused(v, "cannot be computed for all windows at once");
    };
  }

  private static FoveaException refused(Value v, String why) {
    return new FoveaException(
        "fully convolutional: %s of %s %s".formatted(v.op().name(), v.input(0).shape(), why));
  }

  private static Value again(Value v, Value first) {
    List<Value> inputs = new ArrayList<>(v.inputs());
    inputs.set(0, first);
    return Value.of(v.op(), inputs);
  }

  private Maps windowed(Value v, Window2d over) {
    if (over.padded()) {
      throw refused(
          v, "pads: for each window there are zeros where the picture goes on; use valid padding");
    }
    if (over.strideHeight() != over.strideWidth()) {
      throw refused(v, "has two strides");
    }
    Maps in = maps(v.input(0));
    int step = in.step * over.strideHeight();
    return new Maps(again(v, in.value), v.shape().dim(1), v.shape().dim(2), step);
  }

  /** A dense layer reads a map row by row as a convolution of its size does. */
  private Maps dense(Value v, Contraction.MatMul m) {
    if (follows(v.input(1)) || m.transposeA()) {
      throw refused(v, "is not of weights");
    }
    Maps in = maps(v.input(0));
    Value weights = m.transposeB() ? v.input(1).transpose(1, 0) : v.input(1);
    int units = weights.shape().dim(1);
    Value kernel = weights.reshape(Shape.of(in.height, in.width, in.channels(), units));
    Window2d all = Window2d.of(in.height, in.width);
    return new Maps(Value.of(new Contraction.Conv2d(all, 1), in.value, kernel), 1, 1, in.step);
  }

  /** Maps may be told as rows, and one cell as a map; the numbers stay where they are. */
  private Maps reshaped(Value v) {
    Maps in = maps(v.input(0));
    Shape to = v.shape();
    boolean rows = to.rank() == 2 && to.dim(0) == v.input(0).shape().dim(0);
    boolean map =
        to.rank() == 4
            && to.dim(1) == in.height
            && to.dim(2) == in.width
            && to.dim(3) == in.channels();
    if (!rows && !map) {
      throw refused(v, "to " + to + " mixes cells");
    }
    return in;
  }

  private Maps reduced(Value v, Reduction r) {
    Maps in = maps(v.input(0));
    boolean whole = r.axes().equals(Ints.of(1, 2));
    if (!whole || v.input(0).shape().rank() != 4) {
      throw refused(v, "goes over other axes than those of the map");
    }
    Window2d all = Window2d.of(in.height, in.width);
    Value pooled =
        r.kind() == Reduction.Kind.MAX
            ? Value.of(new Pooling.MaxPool(all), in.value)
            : Value.of(new Pooling.AveragePool(all, false), in.value)
                .times((float) in.height * in.width);
    return new Maps(pooled, 1, 1, in.step);
  }

  /** What goes number by number goes so over the picture. */
  private Maps combined(Value v) {
    Maps first =
        v.inputs().stream().filter(this::follows).findFirst().map(this::maps).orElseThrow();
    List<Value> inputs = new ArrayList<>();
    for (Value in : v.inputs()) {
      if (!follows(in)) {
        inputs.add(ofChannels(v, in, first));
      } else if (same(first, maps(in))) {
        inputs.add(maps(in).value);
      } else {
        throw refused(v, "combines maps of different windows");
      }
    }
    return first.with(Value.of(v.op(), inputs));
  }

  private static boolean same(Maps a, Maps b) {
    return a.height == b.height
        && a.width == b.width
        && a.step == b.step
        && a.value.shape().equals(b.value.shape());
  }

  /** Returns an operand that is the same for all cells: a number, or one of each channel. */
  private static Value ofChannels(Value v, Value operand, Maps beside) {
    Value o = operand;
    while (o.op() instanceof Movement.Broadcast) {
      o = o.input(0);
    }
    int count = o.shape().elements();
    boolean last = o.shape().rank() > 0 && o.shape().dim(-1) == count;
    if (count != 1 && !(last && count == beside.channels())) {
      throw refused(v, "has another operand for each cell");
    }
    return o.reshape(Shape.of(count));
  }

  private Maps perCell(Value v) {
    Maps in = maps(v.input(0));
    return in.with(again(v, in.value));
  }

  private Maps ofClasses(Value v) {
    Maps in = maps(v.input(0));
    if (in.height != 1 || in.width != 1) {
      throw refused(v, "goes over a map");
    }
    return in.with(again(v, in.value));
  }
}
