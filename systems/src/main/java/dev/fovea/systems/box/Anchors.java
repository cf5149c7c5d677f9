package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;

/**
 * All anchors of a picture: those of each cell of each map, in the order level, row, column, anchor
 * of the cell.
 *
 * <p>Predictions [N, H, W, anchors · k] of the maps, reshaped to [N, H·W·anchors, k] and joined
 * level by level, lie in that order.
 */
public final class Anchors {
  private Anchors() {}

  /**
   * One map.
   *
   * @param rows the height of the map
   * @param columns the width of the map
   * @param strideY the height of a cell in pixels of the picture
   * @param strideX the width of a cell
   * @param cell the anchors of each cell
   * @param offset where in a cell its place is, in cells: 0 for its left top corner, ½ its middle
   */
  public record Level(
      int rows, int columns, double strideY, double strideX, CellAnchors cell, double offset) {
    /**
     * Checks the numbers.
     *
     * @throws FoveaException if the map has no cell or a stride is not positive
     */
    public Level {
      if (rows < 1 || columns < 1 || !(strideY > 0 && strideX > 0)) {
        throw new FoveaException(
            "anchors: need a map and strides, got %s×%s and %s×%s"
                .formatted(rows, columns, strideY, strideX));
      }
    }

    /** Creates a map with square cells and anchors around their left top corners. */
    public Level(int rows, int columns, double stride, CellAnchors cell) {
      this(rows, columns, stride, stride, cell, 0);
    }

    /**
     * Returns the map of a picture, with the strides that torchvision takes: whole pixels, ⌊picture
     * / map⌋.
     */
    public static Level of(int height, int width, int rows, int columns, CellAnchors cell) {
      int strideY = height / rows;
      int strideX = width / columns;
      return new Level(rows, columns, strideY, strideX, cell, 0);
    }

    /** Returns how many anchors it has. */
    public int size() {
      return rows * columns * cell.size();
    }
  }

  /** Returns the anchors of all levels. */
  public static BoxArray of(Level... levels) {
    int count = 0;
    for (Level level : levels) {
      count += level.size();
    }
    double[] all = new double[4 * count];
    int at = 0;
    for (Level level : levels) {
      at = put(level, all, at);
    }
    return BoxArray.of(all);
  }

  private static int put(Level level, double[] to, int begin) {
    double[] cell = level.cell().boxes().toArray();
    int at = begin;
    for (int row = 0; row < level.rows(); row++) {
      for (int column = 0; column < level.columns(); column++) {
        double x = (column + level.offset()) * level.strideX();
        double y = (row + level.offset()) * level.strideY();
        for (int i = 0; i < cell.length; i++) {
          to[at++] = cell[i] + (i % 2 == 0 ? x : y);
        }
      }
    }
    return at;
  }

  /** Returns how many anchors each level has. */
  public static int[] sizes(Level... levels) {
    int[] sizes = new int[levels.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = levels[i].size();
    }
    return sizes;
  }

  /** Returns levels of one picture whose maps have these extents, finest first. */
  public static Level[] levels(int height, int width, int[][] maps, List<CellAnchors> cells) {
    if (maps.length != cells.size()) {
      throw new FoveaException(
          "anchors: need anchors for each of %s maps, got %s".formatted(maps.length, cells.size()));
    }
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < maps.length; i++) {
      levels.add(Level.of(height, width, maps[i][0], maps[i][1], cells.get(i)));
    }
    return levels.toArray(Level[]::new);
  }
}
