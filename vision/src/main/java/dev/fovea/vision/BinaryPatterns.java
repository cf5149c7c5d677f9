package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Histograms of local binary patterns; see {@link Descriptor#binaryPatterns}. */
record BinaryPatterns(Cells cells) implements Descriptor {
  private static final int NEIGHBOURS = 8;

  /** The number of patterns with at most two changes around the circle, and one for all others. */
  static final int BINS = NEIGHBOURS * (NEIGHBOURS - 1) + 3;

  @Override
  public float[] of(Tensor picture) {
    cells.require(picture.shape(), 1);
    Tensor patterns = ImageFeatures.localBinaryPatterns(picture);
    Shape s = patterns.shape();
    int[] bins = bins();
    float[] numbers = new float[cells.rows(s) * cells.columns(s) * BINS];
    for (int i = 0; i < patterns.data().length; i++) {
      int cell = cells.cell(s, i / s.dim(1), i % s.dim(1));
      if (cell >= 0) {
        numbers[cell * BINS + bins[(int) patterns.data()[i]]]++;
      }
    }
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sqrt(numbers[i] / (cells.side() * cells.side()));
    }
    return numbers;
  }

  /** Returns the bin of each pattern. */
  private static int[] bins() {
    int[] bins = new int[1 << NEIGHBOURS];
    int next = 0;
    for (int p = 0; p < bins.length; p++) {
      int turned = ((p << 1) & 0xFF) | (p >> (NEIGHBOURS - 1));
      bins[p] = Integer.bitCount(p ^ turned) <= 2 ? next++ : BINS - 1;
    }
    return bins;
  }
}
