package dev.fovea.simd;

/**
 * Formulas over rows of numbers: each number of the rows that come out is computed from the numbers
 * at the same place of the rows that go in. They are the loops that a first prediction needs beside
 * products.
 */
public enum RowFormula {
  /** Bᵀ of Winograd's F(4, 3): {@code WinogradLines.image4}. */
  IMAGE_FOUR(6, 6),
  /** Bᵀ of F(2, 3): {@code WinogradLines.image2}. */
  IMAGE_TWO(4, 4),
  /** Aᵀ of F(4, 3), from six rows to four: {@code WinogradLines.result4}. */
  RESULT_FOUR(6, 4),
  /** Aᵀ of F(2, 3), from four rows to two: {@code WinogradLines.result2}. */
  RESULT_TWO(4, 2),
  /** G of F(4, 3): {@code WinogradLines.weights4}. */
  WEIGHTS_FOUR(3, 6),
  /** G of F(2, 3): {@code WinogradLines.weights2}. */
  WEIGHTS_TWO(3, 4),
  /** The product of two rows, the second of which is of another array. */
  PRODUCT(1, 1),
  /** The row itself. */
  COPY(1, 1),
  /** The largest of nine rows, as {@link Math#max} tells it. */
  LARGEST_OF_NINE(9, 1);

  private final int inputs;
  private final int outputs;

  RowFormula(int inputs, int outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** Returns how many rows go in, of the first array. */
  public int inputs() {
    return inputs;
  }

  /** Returns how many rows come out. */
  public int outputs() {
    return outputs;
  }
}
