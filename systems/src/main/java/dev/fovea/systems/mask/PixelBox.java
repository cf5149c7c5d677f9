package dev.fovea.systems.mask;

import dev.fovea.data.Box;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A rectangle of whole pixels.
 *
 * @param left the first column
 * @param top the first row
 * @param right the column after the last
 * @param bottom the row after the last
 */
public record PixelBox(int left, int top, int right, int bottom) {
  /** Returns the smallest rectangle of whole pixels that a box lies in. */
  public static PixelBox around(Box box) {
    return new PixelBox(
        (int) Math.floor(box.left()),
        (int) Math.floor(box.top()),
        (int) Math.ceil(box.right()),
        (int) Math.ceil(box.bottom()));
  }

  /**
   * Returns the smallest rectangles around the pixels of the numbers from 1 on; an empty one for a
   * number that no pixel has.
   *
   * @param map a number for each pixel [H, W]
   * @param most the last number
   * @throws FoveaException if it is no map [H, W]
   */
  public static List<PixelBox> each(Tensor map, int most) {
    if (map.shape().rank() != 2) {
      throw new FoveaException("rectangles around numbers: need a map [H, W], got " + map.shape());
    }
    int width = map.shape().dim(1);
    int[][] edges = new int[most + 1][];
    for (int i = 0; i < map.data().length; i++) {
      int number = (int) map.data()[i];
      if (number >= 1 && number <= most && number == map.data()[i]) {
        edges[number] = around(edges[number], i % width, i / width);
      }
    }
    return IntStream.rangeClosed(1, most)
        .mapToObj(n -> edges[n] == null ? new int[4] : edges[n])
        .map(e -> new PixelBox(e[0], e[1], e[2], e[3]))
        .toList();
  }

  private static int[] around(int @Nullable [] edges, int x, int y) {
    if (edges == null) {
      return new int[] {x, y, x + 1, y + 1};
    }
    edges[0] = Math.min(edges[0], x);
    edges[1] = Math.min(edges[1], y);
    edges[2] = Math.max(edges[2], x + 1);
    edges[3] = Math.max(edges[3], y + 1);
    return edges;
  }

  /** Returns how many columns there are. */
  public int width() {
    return right - left;
  }

  /** Returns how many rows there are. */
  public int height() {
    return bottom - top;
  }

  /**
   * Returns this rectangle as the box of an object.
   *
   * @param label the number of the object's class
   */
  public Box of(int label) {
    return new Box(left, top, right, bottom, label);
  }
}
