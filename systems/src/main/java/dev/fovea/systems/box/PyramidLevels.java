package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;

/**
 * Which map of a feature pyramid a region is read from: level ⌊canonicalLevel + log₂(√(w·h) /
 * canonicalSize) + 10⁻⁶⌋, limited to the levels there are (Lin et al., 2017).
 *
 * @param lowest the finest level, 2 for a stride of 4
 * @param highest the coarsest level
 * @param canonicalSize the side of a square in pixels that belongs to the canonical level
 * @param canonicalLevel the level that it belongs to
 */
public record PyramidLevels(int lowest, int highest, double canonicalSize, int canonicalLevel) {
  private static final double EPSILON = 1e-6;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is no level or no size
   */
  public PyramidLevels {
    if (lowest > highest || !(canonicalSize > 0)) {
      throw new FoveaException(
          "levels of a pyramid: need lowest ≤ highest and a positive size, got %s, %s and %s"
              .formatted(lowest, highest, canonicalSize));
    }
  }

  /** Returns the usual rule: a square of 224 pixels belongs to level 4. */
  public static PyramidLevels of(int lowest, int highest) {
    return new PyramidLevels(lowest, highest, 224, 4);
  }

  /** Returns the level of a region; one without area belongs to the lowest. */
  public int level(double width, double height) {
    double side = Math.sqrt(Math.max(0, width) * Math.max(0, height));
    double level = canonicalLevel + Math.log(side / canonicalSize) / Math.log(2) + EPSILON;
    return (int) Math.clamp(Math.floor(level), lowest, highest);
  }

  /** Returns the smallest area in square pixels that belongs to a level above the lowest. */
  public double leastArea(int level) {
    double side = canonicalSize * Math.pow(2, level - canonicalLevel - EPSILON);
    return side * side;
  }

  /** Returns the level of each box. */
  public int[] levels(BoxArray boxes) {
    int[] levels = new int[boxes.size()];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = level(boxes.width(i), boxes.height(i));
    }
    return levels;
  }
}
