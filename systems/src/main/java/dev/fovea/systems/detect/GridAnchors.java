package dev.fovea.systems.detect;

import dev.fovea.io.Json;
import dev.fovea.systems.box.Anchors;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.CellAnchors;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Anchors around the middles of cells: some sizes for each cell of each of a network's maps, as
 * YOLO and SSD have them.
 *
 * @param height the height of the network's input in pixels
 * @param width its width
 * @param maps the maps, the finest first
 */
public record GridAnchors(int height, int width, List<Grid> maps) {
  private static final int MOST_ROWS = 1 << 22;

  /**
   * A map.
   *
   * @param rows its height in cells
   * @param columns its width in cells
   * @param stepY the height of a cell in pixels of the input
   * @param stepX its width
   * @param sizes the anchors of each cell
   */
  public record Grid(int rows, int columns, double stepY, double stepX, List<Size> sizes) {
    /**
     * Checks the numbers.
     *
     * @throws FoveaException if there is no cell or no anchor
     */
    public Grid {
      sizes = List.copyOf(sizes);
      boolean steps = stepX > 0 && stepY > 0 && stepX + stepY < Double.POSITIVE_INFINITY;
      if (rows < 1 || columns < 1 || sizes.isEmpty() || !steps) {
        throw new FoveaException(
            "anchors: a map needs cells and anchors, got %s×%s of %s×%s pixels and %s"
                .formatted(rows, columns, stepY, stepX, sizes.size()));
      }
    }

    int anchors() {
      return rows * columns * sizes.size();
    }

    private Anchors.Level level() {
      double[] numbers =
          sizes.stream().flatMapToDouble(s -> DoubleStream.of(s.width, s.height)).toArray();
      CellAnchors cell = CellAnchors.centred(0, numbers);
      return new Anchors.Level(rows, columns, stepY, stepX, cell, 0.5);
    }
  }

  /** The width and height of an anchor in pixels of the network's input. */
  public record Size(double width, double height) {
    /**
     * Checks the numbers.
     *
     * @throws FoveaException if one is not positive
     */
    public Size {
      if (!(width > 0 && height > 0 && width + height < Double.POSITIVE_INFINITY)) {
        throw new FoveaException(
            "anchors: width and height must be positive, got %s and %s".formatted(width, height));
      }
    }

    /** Returns the IoU with a box of another size and the same middle. */
    double overlap(double w, double h) {
      double both = Math.min(w, width) * Math.min(h, height);
      return both / (w * h + width * height - both);
    }
  }

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there are no maps, or too many anchors
   */
  public GridAnchors {
    maps = List.copyOf(maps);
    long rows = maps.stream().mapToLong(m -> (long) m.rows * m.columns * m.sizes.size()).sum();
    if (maps.isEmpty() || height < 1 || width < 1 || rows > MOST_ROWS) {
      throw new FoveaException(
          "anchors: need 1 to %s on an input, got %s on %s×%s"
              .formatted(MOST_ROWS, rows, height, width));
    }
  }

  /** Returns how many anchors there are over all cells of all maps. */
  public int count() {
    return maps.stream().mapToInt(Grid::anchors).sum();
  }

  /** Returns all anchors, in the order of the rows: map, row, column, anchor of the cell. */
  public BoxArray boxes() {
    return Anchors.of(maps.stream().map(Grid::level).toArray(Anchors.Level[]::new));
  }

  /** Returns width and height of the cell of each anchor: two numbers each. */
  double[] steps() {
    double[] all = new double[2 * count()];
    int at = 0;
    for (Grid map : maps) {
      for (int i = 0; i < map.anchors(); i++) {
        all[at++] = map.stepX;
        all[at++] = map.stepY;
      }
    }
    return all;
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("input", List.of(height, width));
    fields.put("maps", maps.stream().map(m -> List.of(m.rows, m.columns)).toList());
    fields.put("steps", maps.stream().map(m -> List.of(m.stepY, m.stepX)).toList());
    fields.put(
        "anchors",
        maps.stream()
            .map(m -> m.sizes.stream().map(s -> List.of(s.width, s.height)).toList())
            .toList());
    return fields;
  }

  /**
   * Returns the anchors of {@link #fields}.
   *
   * @param where what they are from, for messages
   */
  static GridAnchors parse(Map<String, Object> fields, String where) {
    int[] input = pair(Json.member(fields, "input", where), where + " input");
    List<Object> grids = Json.array(Json.member(fields, "maps", where), where + " maps");
    List<Object> anchors = Json.array(Json.member(fields, "anchors", where), where + " anchors");
    List<Object> steps = Json.array(Json.member(fields, "steps", where), where + " steps");
    if (grids.size() != anchors.size() || grids.size() != steps.size()) {
      throw new FoveaException(
          "%s: %s maps, steps of %s and anchors of %s"
              .formatted(where, grids.size(), steps.size(), anchors.size()));
    }
    List<Grid> maps = new ArrayList<>();
    for (int i = 0; i < grids.size(); i++) {
      int[] grid = pair(grids.get(i), where + " maps");
      List<Size> sizes = new ArrayList<>();
      for (Object size : Json.array(anchors.get(i), where + " anchors")) {
        double[] sides = sides(size, where + " anchors");
        sizes.add(new Size(sides[0], sides[1]));
      }
      double[] step = sides(steps.get(i), where + " steps");
      maps.add(new Grid(grid[0], grid[1], step[0], step[1], sizes));
    }
    return new GridAnchors(input[0], input[1], maps);
  }

  private static int[] pair(Object value, String where) {
    double[] two = sides(value, where);
    return new int[] {(int) two[0], (int) two[1]};
  }

  private static double[] sides(Object value, String where) {
    List<Object> two = Json.array(value, where);
    if (two.size() != 2) {
      throw new FoveaException(where + ": two numbers expected, got " + two.size());
    }
    return new double[] {Json.number(two.get(0), where), Json.number(two.get(1), where)};
  }
}
