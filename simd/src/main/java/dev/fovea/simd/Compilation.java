package dev.fovea.simd;

/** A way to have micro-kernels compiled. */
@FunctionalInterface
interface Compilation {
  /** Calls of a micro-kernel on memory of its own. */
  @FunctionalInterface
  interface Trial {
    /** Adds k products to each sum. */
    void run(int k);
  }

  /**
   * Begins to have a kernel compiled.
   *
   * @param urgent whether callers may be waiting
   * @param m the rows of the kernel
   * @param trial calls it
   * @param done run when it is compiled
   */
  void begin(boolean urgent, int m, Trial trial, Runnable done);
}
