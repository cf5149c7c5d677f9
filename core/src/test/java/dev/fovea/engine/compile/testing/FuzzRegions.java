package dev.fovea.engine.compile.testing;

import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import dev.fovea.op.Selection;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Lets a random graph grow by an op that reads regions of maps, or that chooses.
 *
 * <p>Corners are whole numbers and what is chosen from are leaves, so that what floats round
 * changes neither which pixels are read nor which numbers are the largest.
 */
final class FuzzRegions {
  private static final int MOST = 3;

  private final Draw draw;
  private final FuzzValues values;

  FuzzRegions(Draw draw, FuzzValues values) {
    this.draw = draw;
    this.values = values;
  }

  /** Returns a value that is made of a map [N, H, W, C] or of fresh leaves. */
  Value of(Value map) {
    return switch (draw.below(7)) {
      case 0 -> largest();
      case 1 -> suppressed();
      case 2 -> taken();
      case 3, 4 -> aligned(map);
      default -> pooled(map);
    };
  }

  private Value largest() {
    int n = draw.of(1, 3, 8, 17);
    Value rows = values.parameter(Shape.of(draw.of(1, 3), n));
    return Value.of(new Selection.Largest(1 + draw.below(n)), rows);
  }

  private Value suppressed() {
    int boxes = draw.of(1, 3, 8);
    Value scores = values.parameter(Shape.of(1, draw.of(1, 2), boxes));
    return Value.of(new Selection.Suppress(0.37f, -0.31f, MOST), boxes(1, boxes, 6, 6), scores);
  }

  private Value taken() {
    Value rows = values.parameter(Shape.of(2, draw.of(1, 3, 17), draw.of(1, 4)));
    Value scores = values.parameter(Shape.of(2, rows.shape().dim(1)));
    int count = 1 + draw.below(rows.shape().dim(1));
    return Value.of(new Selection.Take(), rows, Value.of(new Selection.Largest(count), scores));
  }

  private Value aligned(Value map) {
    Shape s = map.shape();
    RegionBins bins = RegionBins.of(draw.of(1, 2, 3), draw.of(1, 2), draw.of(1, 2) * 0.5f);
    RegionBins placed = draw.once(2) ? bins.places(2) : bins;
    Value regions = boxes(s.dim(0), 1 + draw.below(MOST), s.dim(1), s.dim(2));
    Value y = Value.of(new Regions.Align(placed), regions, map);
    return draw.once(2)
        ? y
        : Value.of(
            new Regions.AlignGradient(placed, s.dim(1), s.dim(2)), regions, values.leaf(y.shape()));
  }

  private Value pooled(Value map) {
    Shape s = map.shape();
    Regions.MaxPool pool = new Regions.MaxPool(draw.of(1, 2, 3), draw.of(1, 2), 1);
    Value regions = boxes(s.dim(0), 1 + draw.below(MOST), s.dim(1), s.dim(2));
    Value y = Value.of(pool, regions, map);
    return switch (draw.below(3)) {
      case 0 -> y;
      case 1 -> Value.of(new Regions.MaxPoolGradient(pool), regions, map, values.leaf(y.shape()));
      default -> Value.of(new Regions.MaxPoolGather(pool), regions, map, values.leaf(s));
    };
  }

  /** Returns boxes [samples, n, 4] that reach at most one pixel out of a map. */
  private Value boxes(int samples, int n, int height, int width) {
    float[] corners = new float[4 * samples * n];
    for (int i = 0; i < corners.length; i += 4) {
      corners[i] = draw.below(width) - 1;
      corners[i + 1] = draw.below(height) - 1;
      corners[i + 2] = corners[i] + 1 + draw.below(width + 1 - (int) corners[i]);
      corners[i + 3] = corners[i + 1] + 1 + draw.below(height + 1 - (int) corners[i + 1]);
    }
    return Value.constant(Tensor.of(Shape.of(samples, n, 4), corners));
  }
}
