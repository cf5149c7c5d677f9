package dev.fovea.systems.mask;

import java.util.Arrays;

/** Builds a list of run lengths, clear pixels first. */
final class Runs {
  private int[] counts = new int[16];
  private int last;

  /** Adds pixels, 0 or more, to the last run, or begins the next one. */
  void add(boolean set, int pixels) {
    if (pixels > 0 && set != (last % 2 == 1)) {
      last++;
      if (last == counts.length) {
        counts = Arrays.copyOf(counts, 2 * last);
      }
    }
    counts[last] += pixels;
  }

  int[] counts() {
    return Arrays.copyOf(counts, last + 1);
  }
}
