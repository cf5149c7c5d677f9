package dev.fovea.systems.pose;

import dev.fovea.data.KeyPoint;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * Maps of where key points are, one channel for each kind: exp(−d² / (2σ²)) at distance d from the
 * point, at most 3σ from its cell; the greatest of several points (Tompson et al. 2014; Xiao, Wu,
 * Wei 2018).
 *
 * @param height the height of the maps in cells
 * @param width the width of the maps in cells
 * @param kinds how many kinds of points there are
 * @param sigma σ in cells
 * @param centre where the peak is
 */
public record HeatMaps(int height, int width, int kinds, double sigma, Centre centre) {
  /** Where the peak of a point is. */
  public enum Centre {
    /** In the middle of the cell that holds the point, where it is 1. */
    CELL,
    /** At the point itself (Huang et al. 2020, unbiased data processing). */
    POINT
  }

  private static final int REACH = 3;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is not above 0
   */
  public HeatMaps {
    if (height < 1 || width < 1 || kinds < 1 || !(sigma > 0)) {
      throw new FoveaException(
          "heat maps of %s×%s cells, %s kinds of points, sigma %s: need numbers above 0"
              .formatted(height, width, kinds, sigma));
    }
  }

  /**
   * Maps of points.
   *
   * @param maps the values [H, W, K]
   * @param weights 1 for each kind [K] whose map is to be learned, 0 where the place of the point
   *     is not known or far outside
   */
  public record Targets(Tensor maps, Tensor weights) {}

  /**
   * Returns the maps of points.
   *
   * @param points the points in cells: the middle of the first cell is (½, ½)
   * @throws FoveaException if there is one of another kind
   */
  public Targets of(List<KeyPoint> points) {
    Tensor maps = Tensor.zeros(Shape.of(height, width, kinds));
    Tensor weights = Tensor.zeros(Shape.of(kinds));
    for (KeyPoint p : points) {
      if (p.label() < 0 || p.label() >= kinds) {
        throw new FoveaException(
            "heat maps: a key point of kind %s, there are kinds 0 to %s"
                .formatted(p.label(), kinds - 1));
      }
      if (p.isKnown() && draw(p, maps.data())) {
        weights.data()[p.label()] = 1;
      }
    }
    return new Targets(maps, weights);
  }

  /** Draws a point, unless all that lies within 3σ of its cell is outside. */
  private boolean draw(KeyPoint p, float[] maps) {
    double column = Math.floor(p.x());
    double row = Math.floor(p.y());
    double reach = Math.floor(REACH * sigma);
    if (column - reach >= width
        || row - reach >= height
        || column + reach + 1 < 0
        || row + reach + 1 < 0) {
      return false;
    }
    double x = centre == Centre.CELL ? column : p.x() - 0.5;
    double y = centre == Centre.CELL ? row : p.y() - 0.5;
    int right = (int) Math.min(width - 1, column + reach);
    int bottom = (int) Math.min(height - 1, row + reach);
    for (int v = (int) Math.max(0, row - reach); v <= bottom; v++) {
      for (int u = (int) Math.max(0, column - reach); u <= right; u++) {
        double d2 = (u - x) * (u - x) + (v - y) * (v - y);
        int at = (v * width + u) * kinds + p.label();
        maps[at] = Math.max(maps[at], (float) Math.exp(-d2 / (2 * sigma * sigma)));
      }
    }
    return true;
  }
}
