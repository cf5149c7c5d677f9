package dev.fovea.insight.probe;

import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which rows and columns of the input a place of a layer sees: place (i, j) those from i ·
 * strideHeight + top on, {@code height} of them, and from j · strideWidth + left on. They may lie
 * outside, where padding is.
 *
 * <p>It is {@link dev.fovea.nn.ReceptiveField} with its corner: paddings move it.
 *
 * @param top the first row that place (0, 0) sees; negative where that is padding
 * @param left the first column that place (0, 0) sees
 * @param height how many rows
 * @param width how many columns
 * @param strideHeight rows from one place to the next
 * @param strideWidth columns from one place to the next
 */
public record InputWindow(
    int top, int left, int height, int width, int strideHeight, int strideWidth) {
  private static final InputWindow PIXEL = new InputWindow(0, 0, 1, 1, 1, 1);

  /**
   * Returns the windows of values that have places: those reached from the input by convolutions,
   * poolings, paddings and what keeps places as they are. Others have none: what resizes, moves
   * axes or sees everything.
   */
  static Map<Value, InputWindow> of(List<Value> values) {
    Map<Value, InputWindow> windows = new IdentityHashMap<>();
    for (Value v : values) {
      if (v.shape().rank() == 4) {
        of(v, windows).ifPresent(w -> windows.put(v, w));
      }
    }
    return windows;
  }

  private static Optional<InputWindow> of(Value v, Map<Value, InputWindow> windows) {
    if (v.op() instanceof Source.Input) {
      return Optional.of(PIXEL);
    }
    Optional<InputWindow> union = Optional.empty();
    for (Value x : v.inputs()) {
      InputWindow w = windows.get(x);
      if (w == null && isPlaced(x)) {
        return Optional.empty();
      } else if (w != null) {
        Optional<InputWindow> joined = union.map(u -> u.with(w)).orElse(Optional.of(w));
        if (joined.isEmpty()) {
          return joined;
        }
        union = joined;
      }
    }
    return union.flatMap(u -> u.through(v.op()));
  }

  /** Returns whether a value has more than one place, and more than weights in it. */
  private static boolean isPlaced(Value x) {
    boolean places = x.shape().rank() == 4 && x.shape().dim(1) * x.shape().dim(2) > 1;
    return places && !(x.op() instanceof Source);
  }

  private Optional<InputWindow> through(Op op) {
    return switch (op) {
      case Contraction.Conv2d c -> Optional.of(through(c.window()));
      case Pooling.MaxPool p -> Optional.of(through(p.window()));
      case Pooling.AveragePool p -> Optional.of(through(p.window()));
      case Movement.Pad p ->
          Optional.of(moved(-p.before().get(1) * strideHeight, -p.before().get(2) * strideWidth));
      case Movement.Slice s ->
          Optional.of(moved(s.begin().get(1) * strideHeight, s.begin().get(2) * strideWidth));
      case Movement.Concat c when c.axis() == 3 -> Optional.of(this);
      case Elementwise e -> Optional.of(this);
      case Normalization n -> Optional.of(this);
      case Contraction.MatMul m -> Optional.of(this);
      default -> Optional.empty();
    };
  }

  private InputWindow through(Window2d w) {
    return new InputWindow(
        top - w.padTop() * strideHeight,
        left - w.padLeft() * strideWidth,
        height + (w.spanHeight() - 1) * strideHeight,
        width + (w.spanWidth() - 1) * strideWidth,
        strideHeight * w.strideHeight(),
        strideWidth * w.strideWidth());
  }

  private InputWindow moved(int rows, int columns) {
    return new InputWindow(top + rows, left + columns, height, width, strideHeight, strideWidth);
  }

  /** Returns the window around both; empty where places go different steps. */
  private Optional<InputWindow> with(InputWindow o) {
    if (strideHeight != o.strideHeight || strideWidth != o.strideWidth) {
      return Optional.empty();
    }
    int t = Math.min(top, o.top);
    int l = Math.min(left, o.left);
    int bottom = Math.max(top + height, o.top + o.height);
    int right = Math.max(left + width, o.left + o.width);
    return Optional.of(new InputWindow(t, l, bottom - t, right - l, strideHeight, strideWidth));
  }

  /** Returns the first row of the input that a place in this row sees. */
  public int top(int row) {
    return top + row * strideHeight;
  }

  /** Returns the first column of the input that a place in this column sees. */
  public int left(int column) {
    return left + column * strideWidth;
  }

  /**
   * Returns the part of an input that a place sees; what lies outside is padded, never moved.
   *
   * @param picture [H, W, C]
   * @param row the row of the place
   * @param column its column
   * @param padding the value of what lies outside
   * @return [height, width, C]
   */
  public Tensor crop(Tensor picture, int row, int column, float padding) {
    Shape s = picture.shape();
    Tensor crop = Tensor.full(Shape.of(height, width, s.dim(2)), padding);
    int from = Math.max(0, -left(column));
    int to = Math.min(width, s.dim(1) - left(column));
    for (int y = 0; y < height && from < to; y++) {
      int line = top(row) + y;
      if (line >= 0 && line < s.dim(0)) {
        System.arraycopy(
            picture.data(),
            (line * s.dim(1) + left(column) + from) * s.dim(2),
            crop.data(),
            (y * width + from) * s.dim(2),
            (to - from) * s.dim(2));
      }
    }
    return crop;
  }
}
