package dev.fovea.optim;

/** What computes the iterations of {@link Muon}: one thread, or an engine with its kernels. */
public interface Orthogonalizer {
  /** Returns room for a matrix of these many numbers; its content is undefined. */
  float[] room(int rows, int columns);

  /**
   * Replaces a matrix by one of the same directions whose singular values are near 1.
   *
   * @param x the matrix [rows, columns] in {@link #room}
   */
  void apply(float[] x, int rows, int columns, int iterations);
}
