package dev.fovea.systems.measure;

/**
 * Sizes of objects that are measured on their own.
 *
 * @param name what follows the name of a figure, such as "_small"
 * @param from the least area in pixels
 * @param to the greatest area in pixels
 */
record AreaRange(String name, double from, double to) {
  boolean holds(double area) {
    return area >= from && area <= to;
  }
}
