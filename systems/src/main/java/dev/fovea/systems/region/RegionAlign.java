package dev.fovea.systems.region;

import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import dev.fovea.op.Value;
import dev.fovea.systems.box.PyramidLevels;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * RoIAlign: regions of feature maps in a common size, each bin the mean of places that are
 * interpolated between four pixels (He et al., 2017). {@link RegionBins} has the rule. The gradient
 * flows to the maps, not to the regions.
 *
 * <p>Of a pyramid, each region is read from the map that {@link PyramidLevels} says.
 *
 * @param height the bins beneath each other, such as 7
 * @param width the bins beside each other
 * @param strides the pixels of the picture per pixel of each map
 * @param places the places of a bin along each axis; 0 for as many as it has pixels, rounded up
 * @param aligned whether pixel i covers [i, i + 1); otherwise as in torchvision's detection models
 * @param levels which map a region is read from; empty where there is one map
 */
public record RegionAlign(
    int height,
    int width,
    List<Double> strides,
    int places,
    boolean aligned,
    Optional<PyramidLevels> levels) {
  /**
   * Checks the maps.
   *
   * @throws FoveaException if there is not a stride for each level
   */
  public RegionAlign {
    strides = List.copyOf(strides);
    int maps = levels.map(l -> l.highest() - l.lowest() + 1).orElse(1);
    if (strides.size() != maps) {
      throw new FoveaException(
          "regions: need a stride for each of %s maps, got %s".formatted(maps, strides));
    }
  }

  /** Returns square bins of one map, aligned, with as many places as each bin has pixels. */
  public static RegionAlign of(int bins, double stride) {
    return new RegionAlign(bins, bins, List.of(stride), 0, true, Optional.empty());
  }

  /**
   * Returns square bins of a pyramid's maps, finest first, each of half the resolution of the one
   * before.
   *
   * @param stride the stride of the finest map
   */
  public static RegionAlign of(int bins, PyramidLevels levels, double stride) {
    List<Double> strides = new ArrayList<>();
    for (int level = levels.lowest(); level <= levels.highest(); level++) {
      strides.add(Math.scalb(stride, level - levels.lowest()));
    }
    return new RegionAlign(bins, bins, strides, 0, true, Optional.of(levels));
  }

  /** Returns this layer with so many places along each axis of a bin. */
  public RegionAlign places(int along) {
    return new RegionAlign(height, width, strides, along, aligned, levels);
  }

  /** Returns this layer without alignment, as the detection models of torchvision have it. */
  public RegionAlign notAligned() {
    return new RegionAlign(height, width, strides, places, false, levels);
  }

  /** Returns what is read of the maps, finest first, for regions [N, R, 4]. */
  public Signal apply(Signal regions, Signal... maps) {
    return regions.with(
        of(regions.value(), Arrays.stream(maps).map(Signal::value).toArray(Value[]::new)));
  }

  /**
   * Returns what is read of the maps, finest first.
   *
   * @param regions boxes in pixels of the picture [N, R, 4]
   * @param maps [N, H, W, C] each
   * @return [N, R, height, width, C]
   * @throws FoveaException if there are not as many maps as strides
   */
  public Value of(Value regions, Value... maps) {
    if (maps.length != strides.size()) {
      throw new FoveaException(
          "regions: made for %s maps, got %s".formatted(strides.size(), maps.length));
    }
    if (levels.isEmpty()) {
      return Value.of(new Regions.Align(bins(0, -1)), regions, maps[0]);
    }
    Value filed =
        Value.of(new Movement.Concat(2), List.of(regions, map(levels.orElseThrow(), regions)));
    Value sum = Value.of(new Regions.Align(bins(0, 0)), filed, maps[0]);
    for (int i = 1; i < maps.length; i++) {
      sum = Value.of(new Regions.Align(bins(i, i)), filed, maps[i], sum);
    }
    return sum;
  }

  private RegionBins bins(int map, int number) {
    float scale = (float) (1 / strides.get(map));
    return new RegionBins(height, width, scale, places, aligned, number);
  }

  /** Returns the number of the map of each region [N, R, 1]: how many thresholds its area meets. */
  private static Value map(PyramidLevels levels, Value regions) {
    Value none = Value.constant(0);
    Value w = regions.slice(-1, 2, 1).minus(regions.slice(-1, 0, 1)).with(BinaryFunction.MAX, none);
    Value h = regions.slice(-1, 3, 1).minus(regions.slice(-1, 1, 1)).with(BinaryFunction.MAX, none);
    Value area = w.times(h);
    Value number = area.times(0);
    for (int level = levels.lowest() + 1; level <= levels.highest(); level++) {
      float least = (float) levels.leastArea(level);
      number = number.plus(area.with(BinaryFunction.GREATER, Value.constant(Math.nextDown(least))));
    }
    return number;
  }
}
