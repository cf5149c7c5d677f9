package dev.fovea.systems.region;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Key points of regions as classes: of size × size cells of a region, one holds the point (He et
 * al. 2017, Mask R-CNN's key points).
 *
 * @param size how many cells a region has in a row and in a column
 */
public record RegionPoints(int size) {
  /** The number of a cell where a point does not count. */
  public static final int NONE = -1;

  /** The longest side of a region in pixels. */
  private static final int MOST_PIXELS = 4096;

  /** The most numbers of the enlarged maps of a region: of 17 kinds, 1986 × 1986 pixels. */
  private static final long MOST_NUMBERS = 1L << 26;

  /**
   * Returns for each kind the number of the cell, row · size + column, that holds the point; {@link
   * #NONE} where the region does not or its place is not known.
   *
   * @param kinds how many kinds of points there are
   */
  public int[] cells(Box region, List<KeyPoint> points, int kinds) {
    int[] cells = new int[kinds];
    Arrays.fill(cells, NONE);
    for (KeyPoint p : points) {
      int column = cell((float) p.x(), (float) region.left(), (float) region.right());
      int row = cell((float) p.y(), (float) region.top(), (float) region.bottom());
      if (p.isKnown() && column >= 0 && row >= 0) {
        cells[p.label()] = row * size + column;
      }
    }
    return cells;
  }

  /**
   * Returns the cell of a place; a place on the far border is in the last. Torchvision's floats
   * decide to which of two cells a place on the border between them belongs.
   */
  private int cell(float place, float from, float to) {
    int cell = place == to ? size - 1 : (int) Math.floor((place - from) * (size / (to - from)));
    return cell < size ? Math.max(NONE, cell) : NONE;
  }

  /**
   * Returns where the maps of a region are highest, in pixels of the picture, with their values:
   * maps are scaled to the size of the region by cubic convolution before.
   *
   * @param maps the logits of the region's cells [H, W, kinds]
   * @throws FoveaException if the region is not finite, a side is longer than 4096 pixels, or the
   *     maps in its size would have more than 2²⁶ numbers
   */
  public static List<Peak> decode(Tensor maps, Box region) {
    check(region);
    double regionWidth = Math.max(1, region.right() - region.left());
    double regionHeight = Math.max(1, region.bottom() - region.top());
    int width = (int) Math.ceil(regionWidth);
    int height = (int) Math.ceil(regionHeight);
    Shape cells = maps.shape();
    if ((long) height * Math.max(width, cells.dim(1)) * cells.dim(2) > MOST_NUMBERS) {
      throw new FoveaException(
          "key points: a region of %s × %s pixels is too large for maps of %s kinds, at most %s numbers in all"
              .formatted(height, width, cells.dim(2), MOST_NUMBERS));
    }
    List<Peak> peaks = new ArrayList<>();
    for (Peak p : Peaks.highest(Enlarged.cubic(maps, height, width))) {
      peaks.add(
          new Peak(
              p.x() * (regionWidth / width) + region.left(),
              p.y() * (regionHeight / height) + region.top(),
              p.value()));
    }
    return List.copyOf(peaks);
  }

  private static void check(Box region) {
    double[] sides = {region.left(), region.top(), region.right(), region.bottom()};
    if (!Arrays.stream(sides).allMatch(Double::isFinite)
        || region.right() - region.left() > MOST_PIXELS
        || region.bottom() - region.top() > MOST_PIXELS) {
      throw new FoveaException(
          "key points: a finite region of at most %s pixels a side expected, got left, top, right, bottom %s"
              .formatted(MOST_PIXELS, Arrays.toString(sides)));
    }
  }

  /** Returns the shape of the logits of a region. */
  public Shape shape(int kinds) {
    return Shape.of(size, size, kinds);
  }
}
