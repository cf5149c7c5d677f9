package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Span;

/** Where the largest element of a window lies. */
record Argmax(Geometry geometry, int channels) {

  /**
   * Returns the position within X of the first largest element of a window, −1 if the window meets
   * padding alone.
   */
  int at(Span x, int image, int oy, int ox, int channel) {
    int at = -1;
    float largest = 0;
    for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
      int iy = geometry.row(oy, ky);
      for (int kx = 0; iy >= 0 && kx < geometry.kernelWidth(); kx++) {
        int ix = geometry.column(ox, kx);
        if (ix < 0) {
          continue;
        }
        int i = ((image * geometry.height() + iy) * geometry.width() + ix) * channels + channel;
        float v = x.array()[x.offset() + i];
        if (at < 0 || v > largest) {
          at = i;
          largest = v;
        }
      }
    }
    return at;
  }
}
