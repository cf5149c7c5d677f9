package dev.fovea.simd;

import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.Contraction.ConvWeightGradient;
import dev.fovea.tensor.Shape;

/**
 * How the weight gradient by Winograd's convolution is cut: per position of a tile one matrix
 * product [inner, tiles] · [tiles, columns], summed over strips of tiles.
 *
 * <p>Few sums stay in a worker's L2 cache: then each of a number of shares of the strips has sums
 * of its own, and its worker transforms and multiplies strip by strip in memory of its own. Many
 * sums are held once: all workers transform a longer strip into shared memory and then share out
 * positions and columns, so that sums, which may not fit into a cache, are read and written once
 * per long strip. Few tiles make one strip; then a task computes all positions of some sums and
 * transforms them at once, and none are held.
 *
 * @param all the tiles
 * @param micro the micro-kernels
 * @param strip tiles per strip
 * @param shares parts of the strips with sums of their own; 1 where workers share a strip
 * @param shared whether workers share a strip
 * @param parts parts of the columns, or of the rows where sums are computed at once, that are tasks
 *     of their own where workers share a strip
 * @param rows rows of sums that a task computes at once; 0 where sums are held
 */
record WinogradSums(
    WinogradTiles all, Micro micro, int strip, int shares, boolean shared, int parts, int rows) {
  /** Sums of one share that stay in L2 beside a strip. */
  private static final int OWN_SUMS = 160_000;

  /** Floats of a strip that stay in L2 beside the sums. */
  private static final int OWN_STRIP = 280_000;

  /** Floats that are transformed per sum, at least, where each share has sums of its own. */
  private static final long OWN_WORK = 10;

  /** Floats of a strip that workers share, at least: about two L2 caches. */
  private static final int LEAST_STRIP = 1 << 20;

  /** The most floats of such a strip; between, twice as many as there are sums. */
  private static final int MOST_STRIP = 6 << 20;

  /** Shares of the strips where each has sums of its own. */
  private static final int SHARES = 8;

  /** The most tiles whose sums a task computes at once, rather than hold them all. */
  private static final int ONCE = 56;

  /** Rows of such sums: as many as stay in L2 beside a block of columns of the tiles. */
  private static final int ONCE_ROWS = 48;

  /** Returns the geometry of the convolution whose weight gradient this is. */
  static Sliding sliding(ConvWeightGradient op, Shape x, Shape dy) {
    int inner = x.dim(3) / op.groups();
    Shape w = Shape.of(op.window().kernelHeight(), op.window().kernelWidth(), inner, dy.dim(3));
    return Sliding.of(new Conv2d(op.window(), op.groups()), x, w, dy);
  }

  /** Returns whether Winograd's convolution can compute this weight gradient. */
  static boolean suits(Sliding s) {
    return WinogradGeometry.suits(s) && s.columns() % Species.FLOATS.length() == 0;
  }

  static WinogradSums of(Sliding s, WinogradTile tile, Micros micros) {
    WinogradTiles all = WinogradTiles.of(s, tile);
    Micro micro = micros.forColumns(s.columns());
    int blocks = Ranges.ceilDiv(s.columns(), micro.columns());
    long sums = (long) tile.positions() * s.inner() * blocks * micro.columns();
    int perTile = tile.positions() * (s.inner() + s.columns());
    int tiles = all.count();
    int fit = Ranges.clamp(OWN_STRIP / perTile, 8, 128);
    boolean many = (long) tiles * perTile >= OWN_WORK * SHARES * sums;
    if (sums <= OWN_SUMS && many && tiles >= 2 * SHARES * fit) {
      int each = Ranges.ceilDiv(tiles, SHARES);
      int strip = Ranges.ceilDiv(each, Ranges.ceilDiv(each, fit));
      return new WinogradSums(all, micro, strip, SHARES, false, 1, 0);
    }
    int floats = Ranges.clamp(2 * sums, LEAST_STRIP, MOST_STRIP);
    int strip = Ranges.ceilDiv(tiles, Ranges.ceilDiv(tiles, Math.max(8, floats / perTile)));
    boolean once = strip >= tiles && tiles <= ONCE;
    int parts = Ranges.ceilDiv(s.inner(), ONCE_ROWS);
    int rows = once ? Ranges.ceilDiv(s.inner(), parts) : 0;
    return new WinogradSums(all, micro, strip, 1, true, once ? parts : Math.min(2, blocks), rows);
  }

  /** Returns whether one task computes all sums of some rows and columns and transforms them. */
  boolean once() {
    return rows > 0;
  }

  int strips() {
    return Ranges.ceilDiv(all.count(), strip);
  }

  int tilesOf(int strip) {
    return Math.min(this.strip, all.count() - strip * this.strip);
  }

  int inner() {
    return all.s().inner();
  }

  int columns() {
    return all.s().columns();
  }

  int positions() {
    return all.tile().positions();
  }

  int blocks() {
    return Ranges.ceilDiv(columns(), micro.columns());
  }

  /** Returns how far transformed tiles of the image lie apart. */
  int imageTile() {
    return inner() + WinogradTiles.GAP;
  }

  /** Returns how far positions of the transformed image lie apart. */
  int imageStep() {
    return strip * imageTile() + WinogradTiles.GAP;
  }

  int gradientTile() {
    return blocks() * micro.columns() + WinogradTiles.GAP;
  }

  int gradientStep() {
    return strip * gradientTile() + WinogradTiles.GAP;
  }

  /** Returns the floats of a transformed strip, image and gradient. */
  int stripSize() {
    return Math.multiplyExact(positions(), imageStep() + gradientStep());
  }

  /** Returns how far positions of sums lie apart. */
  int sumStep() {
    return Math.addExact(
        Math.multiplyExact(inner(), blocks() * micro.columns()), WinogradTiles.GAP);
  }

  /** Returns the floats of the sums of one share. */
  int sumSize() {
    return once() ? 0 : Math.multiplyExact(positions(), sumStep());
  }
}
