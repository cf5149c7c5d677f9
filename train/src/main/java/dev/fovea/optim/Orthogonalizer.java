package dev.fovea.optim;

/** The implementation of the iterations of {@link Muon}: on one thread, or on an engine. */
public interface Orthogonalizer {
  /** Returns an array for a matrix of this size; its content is undefined. */
  float[] room(int rows, int columns);

  /**
   * Replaces a matrix by its orthogonalisation: the same singular vectors with singular values near
   * 1.
   *
   * @param x the matrix [rows, columns] in {@link #room}
   */
  void apply(float[] x, int rows, int columns, int iterations);
}
