package dev.fovea.simd;

import dev.fovea.op.ConvolutionAlgorithm;
import java.util.Optional;

/**
 * Which algorithm computes a convolution: a model of its cost in the shape, the vector width and
 * what the convolution is for, so that every run of a program on any number of threads takes the
 * same.
 *
 * <p>The unit is one multiplication and addition. Winograd's convolution saves products but
 * transforms images and results, and moves more weights, or sums of a weight gradient. Each
 * transformed float costs as much as the measured share of the transforms, and each float of
 * weights as much as memory and its transform take, since in a network of several layers weights
 * are not in a cache any more. The constants are those that agree best with times measured on
 * layers of VGG-16, ResNets and U-Net (docs/performance.md).
 *
 * @param algorithm what overrules the model
 * @param pairs whether the definition multiplies pairs of bfloat16
 */
record ConvolutionChoice(ConvolutionAlgorithm algorithm, boolean pairs) {
  /** Fewer channels, in or out, and the transforms cost more than they save. */
  private static final int CHANNELS = 32;

  /** Multiply-adds that cost as much as transforming one channel of a tile, in or out. */
  private static final double TRANSFORM_TWO = 170;

  private static final double TRANSFORM_FOUR = 500;

  /** The definition's weight gradient copies pixels, which costs this part of its products. */
  private static final double COPIES = 1.05;

  /** Multiply-adds in the time that a sum held in memory is read and written, at 512 bits. */
  private static final double HELD = 8;

  /** The part of its time that the definition takes in pairs, its input's rounding included. */
  private static final double IN_PAIRS = 0.6;

  /** Creates the choice for products of floats. */
  ConvolutionChoice(ConvolutionAlgorithm algorithm) {
    this(algorithm, false);
  }

  /** What a convolution is computed for. */
  enum Work {
    /** Weights stand still and are transformed ahead: they are read. */
    INFERENCE(10, 10),
    /** Weights are transformed in every step: they are read, written and read. */
    FORWARD(4, 16),
    /** The gradient of the input; weights are transposed and transformed in every step. */
    DATA(14, 20),
    /** The gradient of the weights: sums are transformed. */
    WEIGHTS(8, 5);

    private final double plain;
    private final double transformed;

    /**
     * Creates a work.
     *
     * @param plain multiply-adds in the time that one weight of the definition takes, at 512 bits
     * @param transformed multiply-adds in the time that one transformed weight takes
     */
    Work(double plain, double transformed) {
      this.plain = plain;
      this.transformed = transformed;
    }
  }

  /** Returns the tile of Winograd's convolution to take, or empty for the definition. */
  Optional<WinogradTile> choose(Sliding s, Work work) {
    boolean can = work == Work.WEIGHTS ? WinogradSums.suits(s) : WinogradGeometry.suits(s);
    if (!can || algorithm == ConvolutionAlgorithm.DIRECT) {
      return Optional.empty();
    }
    if (algorithm == ConvolutionAlgorithm.WINOGRAD) {
      return Optional.of(cheaper(s, work));
    }
    boolean wide = Math.min(s.inner(), s.columns()) >= CHANNELS;
    boolean halves = pairs && s.inner() % 2 == 0;
    return wide ? cheapest(s, work, halves ? IN_PAIRS : 1) : Optional.empty();
  }

  private static WinogradTile cheaper(Sliding s, Work work) {
    double two = cost(s, WinogradTile.TWO, work);
    double four = cost(s, WinogradTile.FOUR, work);
    return four < two ? WinogradTile.FOUR : WinogradTile.TWO;
  }

  /** Returns the cheapest tile, or empty for the definition. */
  static Optional<WinogradTile> cheapest(Sliding s, Work work) {
    return cheapest(s, work, 1);
  }

  private static Optional<WinogradTile> cheapest(Sliding s, Work work, double part) {
    WinogradTile best = cheaper(s, work);
    return cost(s, best, work) < part * direct(s, work) ? Optional.of(best) : Optional.empty();
  }

  /** Returns the cost of the definition. */
  static double direct(Sliding s, Work work) {
    double pixels = (double) s.n() * s.outHeight() * s.outWidth();
    double sums = work == Work.WEIGHTS ? pixels * COPIES : pixels;
    return (sums + wide(work.plain)) * 9 * s.inner() * s.columns();
  }

  /** Returns the cost of Winograd's convolution. */
  static double cost(Sliding s, WinogradTile tile, Work work) {
    double tiles = WinogradTiles.of(s, tile).count();
    double transform = tile == WinogradTile.TWO ? TRANSFORM_TWO : TRANSFORM_FOUR;
    double weight = work.transformed + (work == Work.WEIGHTS ? held(s, tile) : 0);
    double products = (tiles + wide(weight)) * tile.positions() * s.inner() * s.columns();
    return products + tiles * transform * (s.inner() + s.columns());
  }

  /** Returns what it costs to keep a sum of the weight gradient between strips. */
  private static double held(Sliding s, WinogradTile tile) {
    WinogradSums sums = WinogradSums.of(s, tile, Micros.VECTORS);
    return sums.once() ? 0 : HELD * (sums.shared() ? sums.strips() : sums.shares());
  }

  /** Returns a cost of memory in multiply-adds, of which narrow vectors do fewer meanwhile. */
  private static double wide(double cost) {
    return cost * Species.FLOATS.length() / 16;
  }
}
