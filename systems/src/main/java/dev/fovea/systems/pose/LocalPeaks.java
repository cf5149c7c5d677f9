package dev.fovea.systems.pose;

import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the local maxima of a map: cells of at least a given value that are higher than their four
 * neighbours. Of maxima closer to each other than a given distance the highest stays.
 *
 * @param least the least value
 * @param distance the distance in cells
 */
public record LocalPeaks(double least, double distance) {
  /** More than this of a kind are not looked for, which bounds the time that noise may take. */
  private static final int MOST = 500;

  private static final Comparator<Peak> HIGHEST =
      Comparator.comparingDouble((Peak p) -> -p.value())
          .thenComparingDouble(Peak::x)
          .thenComparingDouble(Peak::y);

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is negative
   */
  public LocalPeaks {
    if (!(least >= 0 && distance >= 0)) {
      throw new FoveaException(
          "peaks of at least %s, %s cells apart: need numbers of 0 or more"
              .formatted(least, distance));
    }
  }

  /**
   * Returns the middles of the peaks' cells, by their places in a row, then in a column.
   *
   * @param maps the values [H, W, C]
   * @param channel the number of the map
   */
  public List<Peak> of(Tensor maps, int channel) {
    List<Peak> all = new ArrayList<>();
    int height = maps.shape().dim(0);
    int width = maps.shape().dim(1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float value = at(maps, channel, x, y);
        if (value >= least
            && value > 0
            && value > at(maps, channel, x - 1, y)
            && value > at(maps, channel, x + 1, y)
            && value > at(maps, channel, x, y - 1)
            && value > at(maps, channel, x, y + 1)) {
          all.add(new Peak(x + 0.5, y + 0.5, value));
        }
      }
    }
    List<Peak> kept = new ArrayList<>();
    for (Peak p : all.stream().sorted(HIGHEST).toList()) {
      if (kept.size() < MOST
          && kept.stream().noneMatch(k -> Math.hypot(k.x() - p.x(), k.y() - p.y()) < distance)) {
        kept.add(p);
      }
    }
    kept.sort(Comparator.comparingDouble(Peak::x).thenComparingDouble(Peak::y));
    return List.copyOf(kept);
  }

  /** Returns a value; outside, and below the least, it is 0. */
  private float at(Tensor maps, int channel, int x, int y) {
    int width = maps.shape().dim(1);
    boolean inside = x >= 0 && y >= 0 && x < width && y < maps.shape().dim(0);
    float value = inside ? maps.data()[(y * width + x) * maps.shape().dim(2) + channel] : 0;
    return value >= least ? value : 0;
  }
}
