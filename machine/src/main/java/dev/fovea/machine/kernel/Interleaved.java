package dev.fovea.machine.kernel;

/**
 * The order of neighbouring columns in which packing instructions, which work within each 128 bits,
 * give them back side by side: four of each vector in turn, for one lane of 128 bits after the
 * other.
 *
 * @param vectors the vectors of 32-bit numbers of all columns
 * @param lanes the lanes of a vector
 */
record Interleaved(int vectors, int lanes) {
  private static final int FOUR = 4;

  /** Returns the number of columns. */
  int columns() {
    return FOUR * vectors * lanes;
  }

  /** Returns the place of a column. */
  int place(int column) {
    int lane = column / (FOUR * vectors);
    return (column / FOUR % vectors * lanes + lane) * FOUR + column % FOUR;
  }

  /** Copies the numbers of the first n columns to their places, and zeros for the others. */
  void spread(float[] from, int begin, int n, float[] to, int at) {
    if (n < columns()) {
      for (int i = 0; i < columns(); i++) {
        to[at + place(i)] = i < n ? from[begin + i] : 0;
      }
      return;
    }
    int source = begin;
    for (int lane = 0; lane < lanes; lane++) {
      for (int j = 0; j < vectors; j++, source += FOUR) {
        int target = at + (j * lanes + lane) * FOUR;
        for (int i = 0; i < FOUR; i++) {
          to[target + i] = from[source + i];
        }
      }
    }
  }
}
