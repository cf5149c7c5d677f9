package dev.fovea.systems.search;

import java.util.Arrays;

/**
 * A picture in parts: the number of its segment for each pixel, from 0, in the order in which
 * segments begin row by row.
 *
 * @param height the rows of the picture
 * @param width its columns
 * @param count how many segments there are
 * @param numbers the segment of each pixel, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // a result that is read at once, never compared
public record Segments(int height, int width, int count, int[] numbers) {
  /** Returns segments numbered anew of roots, which are pixels: one for each. */
  static Segments ofRoots(int height, int width, int[] roots) {
    int[] known = new int[roots.length];
    Arrays.fill(known, -1);
    int[] numbers = new int[roots.length];
    int count = 0;
    for (int i = 0; i < roots.length; i++) {
      if (known[roots[i]] < 0) {
        known[roots[i]] = count++;
      }
      numbers[i] = known[roots[i]];
    }
    return new Segments(height, width, count, numbers);
  }
}
