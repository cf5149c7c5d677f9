package dev.fovea.systems.net;

import dev.fovea.nn.Signal;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.systems.region.RegionAlign;
import java.util.List;

/**
 * Regions of pictures, each brought to a square of one size whatever its shape, with some of what
 * is around it (Girshick et al., 2014). What lies outside of the picture is its mean, 0.
 *
 * @param size the side of the squares
 * @param context how many pixels of it, on each side, show what is around the region
 */
record CropReader(int size, double context) {
  /** Of 227 pixels R-CNN shows 16 on each side around a region. */
  private static final double CONTEXT = 16.0 / 227;

  /** Returns squares with as much around the region as R-CNN has. */
  static CropReader withContext(int size) {
    return new CropReader(size, CONTEXT * size);
  }

  /** Returns the squares [N, R, size, size, C] of regions [N, R, 4] of pictures [N, H, W, C]. */
  Signal of(Signal regions, Signal pictures) {
    float half = (float) (size / (size - 2 * context) / 2);
    Value v = regions.value();
    Value first = v.slice(-1, 0, 2);
    Value last = v.slice(-1, 2, 2);
    Value middle = first.plus(last).times(0.5f);
    Value reach = last.minus(first).times(half);
    Value wider =
        Value.of(new Movement.Concat(2), List.of(middle.minus(reach), middle.plus(reach)));
    return RegionAlign.of(size, 1).apply(regions.with(wider), pictures);
  }
}
