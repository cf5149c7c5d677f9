package dev.fovea.machine;

import dev.fovea.simd.FloatWindows;
import dev.fovea.simd.FloatWindows.Lines;

/** Depthwise windows by plain loops, with the bits that all others give. */
final class PlainWindows {
  private static final int SIDE = 3;

  private PlainWindows() {}

  /**
   * Computes a row of results.
   *
   * @param table where the place of the uppermost row of its windows stands
   */
  static void row(Lines l, float[] x, float[] own, int table, int wo, float[] y, int yo) {
    for (int j = 0; j < l.columns(); j++) {
      for (int c = 0; c < l.channels(); c++) {
        float sum = own[wo + SIDE * SIDE * l.pitch() + c];
        int from = j == 0 && !l.left() ? 1 : 0;
        int to = j == l.columns() - 1 && !l.right() ? SIDE - 1 : SIDE;
        for (int t = from; t < to; t++) {
          for (int k = SIDE - 1; k >= 0; k--) {
            int place = Float.floatToRawIntBits(own[table + k]);
            int column = j * l.stride() + t - 1;
            boolean outside = place == FloatWindows.OUTSIDE;
            float pixel = outside ? 0 : x[place + column * l.step() + c];
            sum = Math.fma(pixel, own[wo + (k * SIDE + t) * l.pitch() + c], sum);
          }
        }
        sum = sum < l.bounds().least() ? l.bounds().least() : sum;
        y[yo + j * l.step() + c] = sum > l.bounds().most() ? l.bounds().most() : sum;
      }
    }
  }
}
