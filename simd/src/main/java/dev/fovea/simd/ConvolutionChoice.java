package dev.fovea.simd;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Which algorithm computes a convolution: a model of its cost in the shape and the vector width
 * alone, so that every run of a program on any number of threads takes the same.
 *
 * <p>The unit is one multiplication and addition. Winograd's convolution saves products but
 * transforms images and results, and reads more weights; each transformed float costs as much as
 * the measured share of the transforms, and each float of weights as much as memory takes to bring
 * it, since in a network of several layers they are not in a cache any more: about 40 GB/s while
 * the cores make 480 GFLOP/s at 512 bits. The model gives 0.40 ms for F(4×4) on one image of
 * 14²×256, 0.31 ms for F(2×2) and 0.60 ms for the definition, where 0.44, 0.34 and 0.66 ms were
 * measured.
 */
final class ConvolutionChoice {
  /** Forces {@code direct} or {@code winograd} wherever it can compute; {@code auto} chooses. */
  static final String PROPERTY = "fovea.conv";

  /** Fewer channels, in or out, and the transforms cost more than they save. */
  private static final int CHANNELS = 32;

  /** Multiply-adds that cost as much as transforming one channel of a tile, in or out. */
  private static final double TRANSFORM_TWO = 225;

  private static final double TRANSFORM_FOUR = 500;

  /** Multiply-adds in the time one float of weights comes from memory, at 512 bits. */
  private static final double WEIGHT = 24;

  private static final Mode MODE = mode();

  private enum Mode {
    AUTO,
    DIRECT,
    WINOGRAD
  }

  private ConvolutionChoice() {}

  /**
   * Reads the property.
   *
   * @throws ExceptionInInitializerError if it names no algorithm
   */
  static void load() {
    Objects.requireNonNull(MODE);
  }

  private static Mode mode() {
    String name = System.getProperty(PROPERTY, "auto");
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "auto" -> Mode.AUTO;
      case "direct" -> Mode.DIRECT;
      case "winograd" -> Mode.WINOGRAD;
      default ->
          throw new IllegalArgumentException(
              PROPERTY + " must be auto, direct or winograd, got '" + name + "'");
    };
  }

  /** Returns the tile of Winograd's convolution to take, or empty for the definition. */
  static Optional<WinogradTile> choose(Sliding s) {
    if (MODE == Mode.DIRECT || !WinogradGeometry.suits(s)) {
      return Optional.empty();
    }
    double two = cost(s, WinogradTile.TWO);
    double four = cost(s, WinogradTile.FOUR);
    WinogradTile best = four < two ? WinogradTile.FOUR : WinogradTile.TWO;
    boolean wide = Math.min(s.inner(), s.columns()) >= CHANNELS;
    boolean take = MODE == Mode.WINOGRAD || (wide && Math.min(two, four) < direct(s));
    return take ? Optional.of(best) : Optional.empty();
  }

  /** Returns the cost of the definition. */
  static double direct(Sliding s) {
    double pixels = (double) s.n() * s.outHeight() * s.outWidth();
    return (pixels + weight()) * 9 * s.inner() * s.columns();
  }

  /** Returns the cost of Winograd's convolution. */
  static double cost(Sliding s, WinogradTile tile) {
    int m = tile.size();
    double rows = Ranges.ceilDiv(s.outHeight(), m);
    double tiles = s.n() * rows * Ranges.ceilDiv(s.outWidth(), m);
    double transform = tile == WinogradTile.TWO ? TRANSFORM_TWO : TRANSFORM_FOUR;
    double products = (tiles + weight()) * tile.positions() * s.inner() * s.columns();
    return products + tiles * transform * (s.inner() + s.columns());
  }

  private static double weight() {
    return WEIGHT * Species.FULL.length() / 16;
  }
}
