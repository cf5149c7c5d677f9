package dev.fovea.machine.kernel;

import dev.fovea.machine.memory.Code;
import org.jspecify.annotations.Nullable;

/**
 * The micro-kernels for tiles of one shape. Each is made when it is first asked for and stays until
 * the process ends; instead of a kernel there is null where the system gives no memory for it.
 *
 * <p>Arrays and arguments are those that {@link SumCode} and {@link ProductCode} tell.
 */
public final class KernelSet {
  /** The most rows of a tile of two panels. */
  public static final int WIDE_ROWS = 7;

  /** On which sides the results of whole products are bounded. */
  public enum Bounded {
    /** On none. */
    NOT,
    /** By 0 below. */
    BELOW,
    /** By 0 below, and by a number above. */
    ON_BOTH_SIDES
  }

  private final KernelKind rows;
  private final KernelKind gather;
  private final KernelKind patches;
  private final KernelKind outer;
  private final KernelKind planar;
  private final KernelKind[] products = new KernelKind[6];
  private final KernelKind[] wideProducts = new KernelKind[6];

  /**
   * Creates the set without any kernel.
   *
   * @param shape the shape of their tiles
   * @param ahead whether products have memory fetched that is wanted soon
   */
  public KernelSet(TileShape shape, boolean ahead) {
    this.rows = new KernelKind(m -> new SumCode(shape.tile(m)).rows());
    this.gather = new KernelKind(m -> new SumCode(shape.tile(m)).gather());
    this.patches = new KernelKind(m -> new SumCode(shape.tile(m)).patches());
    this.outer = new KernelKind(m -> new SumCode(shape.tile(m)).outer());
    this.planar = new KernelKind(m -> new SumCode(shape.tile(m)).planar());
    for (int i = 0; i < products.length; i++) {
      boolean residual = i % 2 == 1;
      boolean relu = i >= 2;
      boolean clipped = i >= 4;
      products[i] =
          new KernelKind(
              m -> new ProductCode(shape.tile(m), 1, residual, relu, clipped, ahead).bytes());
      wideProducts[i] =
          new KernelKind(
              m -> new ProductCode(shape.wide(m), 2, residual, relu, clipped, false).bytes());
    }
  }

  /** Returns the kernel that reads neighbouring numbers of rows that lie anywhere. */
  public @Nullable Code rows(int m) {
    return rows.of(m);
  }

  /** Returns the kernel that reads numbers at given steps of rows that lie anywhere. */
  public @Nullable Code gather(int m) {
    return gather.of(m);
  }

  /** Returns the kernel that does so for whole results, from a bias to a least number. */
  public @Nullable Code patches(int m) {
    return patches.of(m);
  }

  /** Returns the kernel that sums outer products. */
  public @Nullable Code outer(int m) {
    return outer.of(m);
  }

  /** Returns the kernel that reads a transposed panel. */
  public @Nullable Code planar(int m) {
    return planar.of(m);
  }

  /** Returns the kernel of whole products, one panel at a time. */
  public @Nullable Code product(int m, boolean residual, Bounded bounded) {
    return products[index(residual, bounded)].of(m);
  }

  /** Returns the kernel of whole products, two panels at a time, of at most seven rows. */
  public @Nullable Code wideProduct(int m, boolean residual, Bounded bounded) {
    return wideProducts[index(residual, bounded)].of(m);
  }

  private static int index(boolean residual, Bounded bounded) {
    int sides =
        switch (bounded) {
          case NOT -> 0;
          case BELOW -> 1;
          case ON_BOTH_SIDES -> 2;
        };
    return 2 * sides + (residual ? 1 : 0);
  }
}
