package dev.fovea.systems.pose;

import dev.fovea.data.KeyPoint;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * Maps of where key points of several persons are, one channel for each kind and one more for the
 * background, which is 1 less the greatest of the others (Cao et al. 2017, OpenPose).
 *
 * <p>A point adds exp(−d² / (2σ²)) to cells whose middle is at distance d, but nothing below 0.01;
 * sums are at most 1.
 *
 * @param height the height of the maps in cells
 * @param width the width of the maps in cells
 * @param kinds how many kinds of points there are
 * @param sigma σ in cells
 */
public record ConfidenceMaps(int height, int width, int kinds, double sigma) {
  /** Beyond this d² / (2σ²) a point adds less than 0.01. */
  private static final double FARTHEST = 4.6052;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is not above 0
   */
  public ConfidenceMaps {
    if (height < 1 || width < 1 || kinds < 1 || !(sigma > 0)) {
      throw new FoveaException(
          "confidence maps of %s×%s cells, %s kinds of points, sigma %s: need numbers above 0"
              .formatted(height, width, kinds, sigma));
    }
  }

  /**
   * Returns the maps of points [H, W, kinds + 1].
   *
   * @param points the points of all persons in cells: the middle of the first cell is (½, ½)
   * @throws FoveaException if there is one of another kind
   */
  public Tensor of(List<KeyPoint> points) {
    int channels = kinds + 1;
    Tensor maps = Tensor.zeros(Shape.of(height, width, channels));
    for (KeyPoint p : points) {
      if (p.label() < 0 || p.label() >= kinds) {
        throw new FoveaException(
            "confidence maps: a key point of kind %s, there are kinds 0 to %s"
                .formatted(p.label(), kinds - 1));
      }
      if (p.isKnown()) {
        add(p, maps.data(), channels);
      }
    }
    for (int cell = 0; cell < height * width; cell++) {
      float greatest = 0;
      for (int k = 0; k < kinds; k++) {
        greatest = Math.max(greatest, maps.data()[cell * channels + k]);
      }
      maps.data()[cell * channels + kinds] = 1 - greatest;
    }
    return maps;
  }

  private void add(KeyPoint p, float[] maps, int channels) {
    double reach = sigma * Math.sqrt(2 * FARTHEST);
    int right = (int) Math.min(width, Math.ceil(p.x() + reach));
    int bottom = (int) Math.min(height, Math.ceil(p.y() + reach));
    for (int v = (int) Math.max(0, p.y() - reach - 1); v < bottom; v++) {
      for (int u = (int) Math.max(0, p.x() - reach - 1); u < right; u++) {
        double dx = u + 0.5 - p.x();
        double dy = v + 0.5 - p.y();
        double exponent = (dx * dx + dy * dy) / (2 * sigma * sigma);
        if (exponent <= FARTHEST) {
          int at = (v * width + u) * channels + p.label();
          maps[at] = (float) Math.min(1, maps[at] + Math.exp(-exponent));
        }
      }
    }
  }
}
