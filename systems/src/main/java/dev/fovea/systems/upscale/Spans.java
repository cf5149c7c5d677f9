package dev.fovea.systems.upscale;

import java.util.ArrayList;
import java.util.List;

/**
 * The positions at which windows of one length, which overlap, cover an extent. No window reaches
 * beyond the extent unless that is shorter than a window.
 */
final class Spans {
  /**
   * A window.
   *
   * @param start where it begins
   * @param from where the part begins that counts
   * @param to where that part ends
   */
  record Span(int start, int from, int to) {}

  private Spans() {}

  /**
   * Returns windows whose counting parts lie side by side.
   *
   * @param extent what is covered
   * @param length the length of a window
   * @param margin how much at an end of a window does not count, but at the ends of the extent
   */
  static List<Span> of(int extent, int length, int margin) {
    List<Span> all = new ArrayList<>();
    int from = 0;
    while (from < extent) {
      int start = from == 0 ? 0 : Math.min(from - margin, extent - length);
      boolean last = start + length >= extent;
      int to = last ? extent : start + length - margin;
      all.add(new Span(start, from, to));
      from = to;
    }
    return all;
  }
}
