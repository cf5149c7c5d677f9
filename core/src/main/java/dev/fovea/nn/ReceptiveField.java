package dev.fovea.nn;

import dev.fovea.op.Contraction;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Reduction;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A receptive field: the area of the input that one output position depends on, and the distance
 * between the areas of neighbouring positions.
 *
 * <p>A window of span k and stride s turns a field f with stride j into the field f + (k − 1)·j
 * with stride j·s.
 *
 * @param height the number of rows of the input
 * @param width the number of columns of the input
 * @param strideHeight the rows of the input from one output position to the next
 * @param strideWidth the columns of the input from one output position to the next
 */
public record ReceptiveField(int height, int width, double strideHeight, double strideWidth) {
  private static final ReceptiveField POINT = new ReceptiveField(1, 1, 1, 1);

  /**
   * Returns the receptive field of each value that still has image axes; a value that has seen the
   * whole image through a dense layer or a global pooling, or is made of one, is not in the map.
   */
  static Map<Value, ReceptiveField> of(List<Value> values) {
    Map<Value, ReceptiveField> fields = new IdentityHashMap<>();
    Set<Value> seeing = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Value v : values) {
      List<Value> inputs = v.inputs().stream().filter(seeing::contains).toList();
      if (v.op() instanceof Source.Input || !inputs.isEmpty()) {
        seeing.add(v);
      }
      boolean image = v.shape().rank() == 4 && !global(v.op());
      if (image && v.op() instanceof Source.Input) {
        fields.put(v, POINT);
      } else if (image && !inputs.isEmpty() && inputs.stream().allMatch(fields::containsKey)) {
        inputs.stream()
            .map(fields::get)
            .reduce(ReceptiveField::union)
            .ifPresent(f -> fields.put(v, f.through(v.op())));
      }
    }
    return fields;
  }

  private static boolean global(Op op) {
    return op instanceof Reduction r && (r.axes().contains(1) || r.axes().contains(2));
  }

  private ReceptiveField union(ReceptiveField o) {
    return new ReceptiveField(
        Math.max(height, o.height),
        Math.max(width, o.width),
        Math.max(strideHeight, o.strideHeight),
        Math.max(strideWidth, o.strideWidth));
  }

  private ReceptiveField through(Op op) {
    return switch (op) {
      case Contraction.Conv2d c -> through(c.window());
      case Pooling.MaxPool p -> through(p.window());
      case Pooling.AveragePool p -> through(p.window());
      case Contraction.ConvTranspose2d t -> backThrough(t.window());
      default -> this;
    };
  }

  private ReceptiveField through(Window2d w) {
    return new ReceptiveField(
        (int) Math.round(height + (w.spanHeight() - 1) * strideHeight),
        (int) Math.round(width + (w.spanWidth() - 1) * strideWidth),
        strideHeight * w.strideHeight(),
        strideWidth * w.strideWidth());
  }

  /** A transposed convolution's output place sees ⌈span / stride⌉ inputs. */
  private ReceptiveField backThrough(Window2d w) {
    int rows = (w.spanHeight() + w.strideHeight() - 1) / w.strideHeight();
    int columns = (w.spanWidth() + w.strideWidth() - 1) / w.strideWidth();
    return new ReceptiveField(
        (int) Math.round(height + (rows - 1) * strideHeight),
        (int) Math.round(width + (columns - 1) * strideWidth),
        strideHeight / w.strideHeight(),
        strideWidth / w.strideWidth());
  }
}
