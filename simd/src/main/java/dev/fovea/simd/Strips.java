package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;

/** A layout of strips of images that sums over pixels read one after the other. */
interface Strips {
  /** Returns how many floats a strip of x takes for r rows of d. */
  int pixelsSize(int r, int apart);

  /** Returns how many floats r rows of d take. */
  int gradientSize(int r, int apart);

  /** Returns where in a strip of x, for r rows of d, the pixels of a tap begin. */
  int tap(int tap, int r, int apart);

  /** Returns in how many steps so many neighbouring pixels are summed. */
  int steps(int pixels);

  /**
   * Packs n channels of each pixel of a strip as [plane][row][column], {@code apart} floats apart.
   */
  void pixels(Span x, int image, int row0, int r, int n, int apart, float[] f, int at);

  /** Packs {@code used} columns of rows of d as [row][plane column], zeros up to {@code n}. */
  void gradient(Span d, int image, int row0, int r, int used, int n, int apart, float[] f, int at);
}
