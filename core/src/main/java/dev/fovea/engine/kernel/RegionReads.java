package dev.fovea.engine.kernel;

import dev.fovea.op.RegionBins;
import dev.fovea.tensor.Shape;

/** Where the bins of one region read a map, along both axes. */
public final class RegionReads {
  private RegionReads() {}

  /**
   * Writes the reads of rows to the beginning of {@code to} and those of columns {@code across}
   * floats behind; returns false for a region of another map.
   */
  public static boolean write(
      RegionBins bins, Span regions, int region, int numbers, Shape x, int across, Span to) {
    float[] r = regions.array();
    int at = regions.offset() + region * numbers;
    if (bins.level() >= 0 && r[at + 4] != bins.level()) {
      return false;
    }
    bins.write(r[at + 1], r[at + 3], bins.height(), x.dim(1), to.array(), to.offset());
    bins.write(r[at], r[at + 2], bins.width(), x.dim(2), to.array(), to.offset() + across);
    return true;
  }
}
