package dev.fovea.insight.colour;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/**
 * A grid of equally large pictures on one, row by row, a light line between neighbours.
 *
 * @param columns how many stand in a row
 * @param count how many there are
 * @param height rows of one
 * @param width columns of one
 * @param times how many pixels high and wide each of their pixels is shown
 */
public record Tiles(int columns, int count, int height, int width, int times) {
  private static final long MOST_PIXELS = 64_000_000;
  private static final int GAP = 1;
  private static final float PAPER = 255;

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if one is below 1 or the picture becomes larger than 64 million pixels
   */
  public Tiles {
    if (Math.min(Math.min(columns, count), Math.min(Math.min(height, width), times)) < 1) {
      throw new FoveaException(
          "tiles: %s of %s×%s in %s columns, %s times as large: 1 or more of each expected"
              .formatted(count, height, width, columns, times));
    }
    long pixels = stretched(columns, width, times) * stretched(rows(count, columns), height, times);
    if (pixels > MOST_PIXELS) {
      throw new FoveaException(
          "tiles: %s pictures of %s×%s take %s pixels, allowed are %s"
              .formatted(count, height, width, pixels, MOST_PIXELS));
    }
  }

  /**
   * Returns a grid about as wide as it is high whose tiles are enlarged to {@code side} pixels at
   * most.
   */
  public static Tiles of(int count, int height, int width, int side) {
    int times = Math.max(1, side / Math.max(1, Math.max(height, width)));
    double ratio = (double) height / Math.max(1, width);
    int columns = Math.clamp((long) Math.ceil(Math.sqrt(count * ratio)), 1, Math.max(1, count));
    return new Tiles(columns, count, height, width, times);
  }

  private static int rows(int count, int columns) {
    return Math.ceilDiv(count, columns);
  }

  private static long stretched(int count, int extent, int times) {
    return count * ((long) extent * times + GAP) - GAP;
  }

  /** Returns the left edge of a tile in pixels. */
  public int left(int tile) {
    return tile % columns * (width * times + GAP);
  }

  /** Returns the upper edge of a tile in pixels. */
  public int top(int tile) {
    return tile / columns * (height * times + GAP);
  }

  /** The colour of one place of one tile. */
  @FunctionalInterface
  public interface Colouring {
    /** Returns the colour of a tile at a row and column as 0xRRGGBB. */
    int rgb(int tile, int row, int column);
  }

  /** Returns the picture [H, W, 3] with values 0 … 255. */
  public Tensor paint(Colouring colouring) {
    int w = (int) stretched(columns, width, times);
    int h = (int) stretched(rows(count, columns), height, times);
    Tensor picture = Tensor.zeros(Shape.of(h, w, 3));
    Arrays.fill(picture.data(), PAPER);
    for (int tile = 0; tile < count; tile++) {
      int own = tile;
      paint(picture, top(tile), left(tile), (y, x) -> colouring.rgb(own, y, x));
    }
    return picture;
  }

  private void paint(Tensor picture, int top, int left, IntBinaryOperator rgb) {
    int w = picture.shape().dim(1);
    for (int y = 0; y < height * times; y++) {
      for (int x = 0; x < width * times; x++) {
        int colour = rgb.applyAsInt(y / times, x / times);
        int at = ((top + y) * w + left + x) * 3;
        picture.data()[at] = colour >> 16 & 0xFF;
        picture.data()[at + 1] = colour >> 8 & 0xFF;
        picture.data()[at + 2] = colour & 0xFF;
      }
    }
  }
}
