package dev.fovea.machine;

import dev.fovea.machine.kernel.TileShape;

/**
 * How many products per column a tile must have at least for a call of machine code, which costs
 * some 40 ns more than one of the Vector API's kernels: fewer are left to these.
 *
 * @param rows those of neighbouring numbers
 * @param gather those at given steps
 * @param patches those at given steps, of whole results
 * @param planar those of a transposed panel
 * @param product those of whole products
 * @param outer those of outer products
 * @param wide those of whole products of a tile of two panels
 */
record LeastWork(int rows, int gather, int patches, int planar, int product, int outer, int wide) {
  /** Every call. */
  static final LeastWork ANY = of(1);

  /** No call: what is as fast on vectors once it is compiled. */
  private static final int NEVER = Integer.MAX_VALUE;

  /**
   * With 32 registers the kernels of two vectors are as fast once they are compiled, on a processor
   * that computes vectors of 512 bits in halves.
   */
  private static final LeastWork TWO = of(1536).withOuter(NEVER);

  /**
   * One that computes them at once keeps up with loads only where a number is loaded once for
   * several multiply-adds: tiles of two panels take 1.25 times as long as those of one.
   */
  private static final LeastWork TWO_AT_ONCE =
      new LeastWork(1536, 384, 384, 768, 448, NEVER, NEVER);

  private static final LeastWork ONE = of(300);

  /**
   * With 16 registers, on a processor without AVX-512, they take twice as long as machine code; but
   * not for outer products.
   */
  private static final LeastWork TWO_OF_16 = new LeastWork(96, 768, 1536, 192, 96, NEVER, NEVER);

  private static final LeastWork ONE_OF_16 = new LeastWork(384, 512, 240, 768, 300, NEVER, NEVER);

  private static LeastWork of(int all) {
    return new LeastWork(all, all, all, all, all, all, all);
  }

  private LeastWork withOuter(int least) {
    return new LeastWork(rows, gather, patches, planar, product, least, wide);
  }

  /**
   * Returns the least work for tiles of such a shape.
   *
   * @param atOnce whether their vectors are of 512 bits and computed at once, not in halves
   */
  static LeastWork of(TileShape shape, boolean atOnce) {
    boolean two = shape.vectors() == 2;
    if (shape.avx512()) {
      LeastWork ofTwo = atOnce ? TWO_AT_ONCE : TWO;
      return two ? ofTwo : ONE;
    }
    return two ? TWO_OF_16 : ONE_OF_16;
  }
}
