package dev.fovea.simd;

/** An extent cut into equal blocks, the last repeating some of its neighbour. */
record Split(int extent, int blocks, int size) {
  /** Returns a cut into blocks of at most {@code most}. */
  static Split of(int extent, int most) {
    int blocks = Math.max(1, Ranges.ceilDiv(extent, most));
    return new Split(extent, blocks, Ranges.ceilDiv(extent, blocks));
  }

  int begin(int block) {
    return Math.min(block * size, extent - size);
  }
}
