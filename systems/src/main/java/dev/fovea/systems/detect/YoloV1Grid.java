package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.io.Json;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Matcher;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The grid of the first YOLO (Redmon et al., 2016): a row of numbers for each cell, which are a
 * number per class, then the confidence of each of its boxes, then x, y, √w and √h of each: the
 * middle in cells from the cell's corner, the sides as shares of the picture.
 *
 * @param rows the height of the grid in cells
 * @param columns its width in cells
 * @param boxes how many boxes a cell tells
 * @param classes how many classes there are
 */
public record YoloV1Grid(int rows, int columns, int boxes, int classes) {
  private static final int MOST = 1 << 12;

  /** What the targets say first of a cell that has no object and lies mostly in a crowd. */
  private static final int IGNORED = -1;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is out of range
   */
  public YoloV1Grid {
    if (rows < 1
        || columns < 1
        || boxes < 1
        || classes < 1
        || Math.max(Math.max(rows, columns), Math.max(boxes, classes)) > MOST) {
      throw new FoveaException(
          "yolo-v1: cells, boxes and classes from 1 to %s expected, got %s×%s, %s and %s"
              .formatted(MOST, rows, columns, boxes, classes));
    }
  }

  /** Returns how many numbers a cell has. */
  public int numbers() {
    return classes + 5 * boxes;
  }

  /** Returns the number of cells. */
  int cells() {
    return rows * columns;
  }

  /**
   * Returns the shape of the targets: of each cell 1 if it has an object, 0 if not, −1 if it does
   * not count, then classes and box.
   */
  public Shape targetShape() {
    return Shape.of(cells(), 1 + classes + 4);
  }

  /**
   * Returns the targets for the objects of a picture. The cell of an object's middle learns it; of
   * several objects in a cell the first. Cells without one that lie mostly in a crowd do not count.
   *
   * @param objects the objects
   * @param height the height of the picture
   * @param width its width
   */
  public Tensor targets(List<Box> objects, int height, int width) {
    Tensor t = Tensor.zeros(targetShape());
    spare(t, ProposalTargets.crowds(objects), (double) width / columns, (double) height / rows);
    for (Box o : objects) {
      double x = (o.left() + o.right()) / 2 * columns / width;
      double y = (o.top() + o.bottom()) / 2 * rows / height;
      int column = (int) Math.clamp(Math.floor(x), 0, columns - 1);
      int row = (int) Math.clamp(Math.floor(y), 0, rows - 1);
      int at = (row * columns + column) * t.shape().dim(1);
      if (t.data()[at] <= 0 && o.label() >= 0) {
        t.data()[at] = 1;
        t.data()[at + 1 + o.label()] = 1;
        t.data()[at + 1 + classes] = (float) (x - column);
        t.data()[at + 2 + classes] = (float) (y - row);
        t.data()[at + 3 + classes] = (float) Math.sqrt((o.right() - o.left()) / width);
        t.data()[at + 4 + classes] = (float) Math.sqrt((o.bottom() - o.top()) / height);
      }
    }
    return t;
  }

  /** Marks the cells, of this size, that lie mostly in a crowd. */
  private void spare(Tensor t, BoxArray crowds, double width, double height) {
    if (crowds.size() == 0) {
      return;
    }
    double[] sides = new double[4 * cells()];
    int[] matches = new int[cells()];
    for (int cell = 0; cell < cells(); cell++) {
      int row = cell / columns;
      int column = cell % columns;
      sides[4 * cell] = column * width;
      sides[4 * cell + 1] = row * height;
      sides[4 * cell + 2] = (column + 1) * width;
      sides[4 * cell + 3] = (row + 1) * height;
      matches[cell] = Matcher.BACKGROUND;
    }
    Matcher.spare(matches, crowds, BoxArray.of(sides));
    for (int cell = 0; cell < cells(); cell++) {
      t.data()[cell * t.shape().dim(1)] = matches[cell] == Matcher.IGNORED ? IGNORED : 0;
    }
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("rows", rows);
    fields.put("columns", columns);
    fields.put("boxes", boxes);
    fields.put("classes", classes);
    return fields;
  }

  static YoloV1Grid parse(Map<String, Object> fields, String where) {
    return new YoloV1Grid(
        number(fields, "rows", where),
        number(fields, "columns", where),
        number(fields, "boxes", where),
        number(fields, "classes", where));
  }

  private static int number(Map<String, Object> fields, String name, String where) {
    long n = Json.integer(Json.member(fields, name, where), where + " " + name);
    return Math.clamp(n, 0, MOST + 1);
  }
}
