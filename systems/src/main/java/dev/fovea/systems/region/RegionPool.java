package dev.fovea.systems.region;

import dev.fovea.nn.Signal;
import dev.fovea.op.Regions;
import dev.fovea.op.Value;

/**
 * RoIPool: regions of a feature map in a common size, each bin its largest element (Girshick,
 * 2015). {@link Regions.MaxPool} has the rule. The gradient flows to the map, not to the regions.
 *
 * @param height the bins beneath each other, such as 7
 * @param width the bins beside each other
 * @param stride the pixels of the picture per pixel of the map
 */
public record RegionPool(int height, int width, double stride) {
  /** Returns what is read of a map for regions [N, R, 4]. */
  public Signal apply(Signal regions, Signal map) {
    return regions.with(of(regions.value(), map.value()));
  }

  /**
   * Returns what is read of a map.
   *
   * @param regions boxes in pixels of the picture [N, R, 4]
   * @param map [N, H, W, C]
   * @return [N, R, height, width, C]
   */
  public Value of(Value regions, Value map) {
    return Value.of(new Regions.MaxPool(height, width, (float) (1 / stride)), regions, map);
  }
}
