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
 * @param between whether places are told between cells: where the parabola through a maximum and
 *     its neighbours in a row, and that in a column, is highest; else the middle of the cell
 */
public record LocalPeaks(double least, double distance, boolean between) {
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

  /** Creates a rule that tells the middles of cells. */
  public LocalPeaks(double least, double distance) {
    this(least, distance, false);
  }

  /** Returns this rule, telling places between cells. */
  public LocalPeaks betweenCells() {
    return new LocalPeaks(least, distance, true);
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

  /**
   * Returns a peak at the place that this rule tells of it.
   *
   * @param maps the values [H, W, C]
   * @param channel the number of the map
   * @param peak one of {@link #of}
   */
  public Peak told(Tensor maps, int channel, Peak peak) {
    int x = (int) peak.x();
    int y = (int) peak.y();
    int width = maps.shape().dim(1);
    int channels = maps.shape().dim(2);
    int cell = (y * width + x) * channels + channel;
    boolean inRow = between && x > 0 && x < width - 1;
    boolean inColumn = between && y > 0 && y < maps.shape().dim(0) - 1;
    double across = inRow ? top(maps.data(), cell, channels) : 0;
    double down = inColumn ? top(maps.data(), cell, width * channels) : 0;
    return new Peak(peak.x() + across, peak.y() + down, peak.value());
  }

  /**
   * Returns where the parabola through a value and its two neighbours, which are lower, is highest:
   * −½ … ½ steps from the value; 0 if one of them is no finite number.
   */
  private static double top(float[] values, int at, int step) {
    double before = values[at - step];
    double after = values[at + step];
    double steps = (after - before) / (2 * (2.0 * values[at] - before - after));
    return Double.isFinite(steps) ? steps : 0;
  }

  /** Returns a value; outside, and below the least, it is 0. */
  private float at(Tensor maps, int channel, int x, int y) {
    int width = maps.shape().dim(1);
    boolean inside = x >= 0 && y >= 0 && x < width && y < maps.shape().dim(0);
    float value = inside ? maps.data()[(y * width + x) * maps.shape().dim(2) + channel] : 0;
    return value >= least ? value : 0;
  }
}
