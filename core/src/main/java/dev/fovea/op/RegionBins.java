package dev.fovea.op;

import dev.fovea.tensor.FoveaException;

/**
 * How a region of a picture is cut into bins of a map, and where each bin reads the map.
 *
 * <p>A region begins at x·scale − shift and ends at x′·scale − shift, shift being ½ if it is
 * aligned and else 0; without alignment it is at least one pixel of the map wide. It has {@code
 * height} × {@code width} bins of equal size; a bin is the mean of {@code ratio} × {@code ratio}
 * evenly spread places, each interpolated between the four pixels around it. A place more than one
 * pixel outside the map counts as 0; one less than that outside is moved to the border.
 *
 * @param height the bins beneath each other
 * @param width the bins beside each other
 * @param scale what pixels of the picture are times this pixels of the map, such as 1/16
 * @param ratio the places of a bin along each axis; 0 for as many as the bin has pixels, rounded up
 * @param aligned whether half a pixel is taken off, so that pixel i covers [i, i + 1)
 * @param level the number of the map in a pyramid; −1 if there is one map
 */
public record RegionBins(
    int height, int width, float scale, int ratio, boolean aligned, int level) {
  /** The most places of a bin along an axis. */
  private static final int MOST_PLACES = 256;

  /** Where pixels that a place adds to were entered, counted from the last one. */
  private static final int RECENT = 3;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is no bin, no scale, or more places than a bin may have
   */
  public RegionBins {
    if (height < 1 || width < 1 || !(scale > 0) || ratio < 0 || ratio > MOST_PLACES || level < -1) {
      throw new FoveaException(
          "regions: need bins, a positive scale and 0 to %s places, got %s×%s, %s and %s"
              .formatted(MOST_PLACES, height, width, scale, ratio));
    }
  }

  /** Returns the bins for one map, aligned, with as many places as each bin has pixels. */
  public static RegionBins of(int height, int width, float scale) {
    return new RegionBins(height, width, scale, 0, true, -1);
  }

  /** Returns these bins with so many places along each axis. */
  public RegionBins places(int along) {
    return new RegionBins(height, width, scale, along, aligned, level);
  }

  /** Returns these bins without alignment, as the detection models of torchvision have them. */
  public RegionBins notAligned() {
    return new RegionBins(height, width, scale, ratio, false, level);
  }

  /** Returns these bins for the regions that a pyramid's map of a number and scale is read for. */
  public RegionBins of(int number, float mapScale) {
    return new RegionBins(height, width, mapScale, ratio, aligned, number);
  }

  /** Returns how many floats {@link #write} takes for an axis of this many bins and pixels. */
  public int floats(int bins, int extent) {
    // Places of bins above a pixel are more than half a pixel apart, and only those inside count.
    int places = ratio > 0 ? ratio * bins : bins + 2 * extent + 3;
    return bins + 1 + 4 * places;
  }

  /**
   * Writes which pixels of an axis each bin reads: numbers {@code to[at]} … {@code to[at + bins]}
   * say with which entry each bin begins and the last one ends; then come the entries, a pixel and
   * its weight each.
   *
   * @param begin where the region begins, in pixels of the picture
   * @param end where it ends
   * @param bins the bins along the axis
   * @param extent the pixels of the map along the axis
   */
  public void write(float begin, float end, int bins, int extent, float[] to, int at) {
    double shift = aligned ? 0.5 : 0;
    double first = (double) begin * scale - shift;
    double length = (double) end * scale - shift - first;
    double bin = (aligned ? length : Math.max(length, 1)) / bins;
    double count = ratio > 0 ? ratio : Math.ceil(bin);
    int entries = 0;
    for (int p = 0; p < bins; p++) {
      to[at + p] = entries;
      entries = bin(first + p * bin, bin / count, count, extent, to, at + bins + 1, entries);
    }
    to[at + bins] = entries;
  }

  /** Writes the entries of one bin; returns how many there are now. */
  private static int bin(
      double start, double step, double count, int extent, float[] to, int at, int before) {
    if (!(count > 0) || !Double.isFinite(start) || !Double.isFinite(step)) {
      return before;
    }
    // Of many places only those near the map are looked at.
    double from = step > 0 ? Math.max(0, Math.floor((-1 - start) / step) - 1) : 0;
    double to1 = step > 0 ? Math.min(count, Math.ceil((extent - start) / step) + 1) : count;
    int entries = before;
    for (double i = from; i < to1; i++) {
      double place = start + (i + 0.5) * step;
      if (place >= -1 && place <= extent) {
        entries = place(place, 1 / count, extent, to, at, before, entries);
      }
    }
    return entries;
  }

  private static int place(
      double place, double weight, int extent, float[] to, int at, int begin, int before) {
    double inside = Math.min(Math.max(place, 0), extent - 1);
    int low = (int) inside;
    double share = inside - low;
    int entries = enter(low, (1 - share) * weight, to, at, begin, before);
    return share == 0 ? entries : enter(low + 1, share * weight, to, at, begin, entries);
  }

  /**
   * Adds a weight to a pixel of a bin. Places go one way, so that it was entered lately if ever.
   */
  private static int enter(int pixel, double weight, float[] to, int at, int begin, int entries) {
    for (int e = entries - 1; e >= Math.max(begin, entries - RECENT); e--) {
      if (to[at + 2 * e] == pixel) {
        to[at + 2 * e + 1] += (float) weight;
        return entries;
      }
    }
    to[at + 2 * entries] = pixel;
    to[at + 2 * entries + 1] = (float) weight;
    return entries + 1;
  }
}
