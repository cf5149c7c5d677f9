package dev.fovea.formats.caffe;

import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * The axis and the points at which a layer of type Slice cuts its input.
 *
 * @param axis the axis N, C, H, W
 * @param points where parts begin but for the first; none for equal parts
 * @param count the number of parts
 */
record CaffeSlices(int axis, List<Integer> points, int count) {
  static CaffeSlices of(TextMessage layer, int count) {
    TextMessage p = layer.message("slice_param");
    List<Integer> points = p.integers("slice_point");
    if (!points.isEmpty() && points.size() != count - 1) {
      throw new FoveaException(
          "%s: %s slice points for %s parts".formatted(p.path(), points.size(), count));
    }
    return new CaffeSlices(p.integer("axis", p.integer("slice_dim", 1)), points, count);
  }

  /** Returns one part. */
  Signal part(Signal x, int i) {
    Shape s = x.shape();
    int at = ImageSteps.axis(axis, s.rank());
    if (at < 1 || at >= s.rank()) {
      throw new ShapeException("slice", "there is no axis " + axis + " to cut", List.of(s));
    }
    int extent = s.dim(at);
    int begin = points.isEmpty() ? extent / count * i : i == 0 ? 0 : points.get(i - 1);
    int equal = extent / count * (i + 1);
    int end = i == count - 1 ? extent : points.isEmpty() ? equal : points.get(i);
    if (begin < 0 || end <= begin || end > extent) {
      throw new ShapeException("slice", "cuts at " + points + " do not fit", List.of(s));
    }
    return x.with(x.value().slice(at, begin, end - begin));
  }
}
