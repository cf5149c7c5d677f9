package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Who learns which object in YOLO since its third version: in the cell that holds the middle of the
 * object, the anchor of the best IoU by size among those of all maps, and any other above a
 * threshold.
 *
 * <p>A row is [left, top, right, bottom, assigned, classes…] in pixels of the input: zeros where
 * nothing is to be learned. Of several objects in one row the last is learned, with the classes of
 * all.
 *
 * @param anchors the anchors of the maps
 * @param classes how many classes there are
 * @param threshold the IoU by size above which an anchor learns an object beside the best one; 1
 *     for no other, as published
 */
public record YoloTargets(GridAnchors anchors, int classes, double threshold) {
  private static final int ASSIGNED = 4;

  /** Returns the shape of the rows. */
  public Shape shape() {
    return Shape.of(anchors.count(), YoloDecoder.BEFORE_CLASSES + classes);
  }

  /** Returns the rows for the objects of a picture. */
  public Tensor of(List<Box> objects) {
    Tensor rows = Tensor.zeros(shape());
    for (Box object : objects) {
      if (object.label() < 0) {
        continue; // several objects that nobody told apart
      }
      for (int row : rows(object)) {
        write(object, rows.data(), row * rows.shape().dim(1));
      }
    }
    return rows;
  }

  private static void write(Box object, float[] to, int at) {
    to[at] = (float) object.left();
    to[at + 1] = (float) object.top();
    to[at + 2] = (float) object.right();
    to[at + 3] = (float) object.bottom();
    to[at + ASSIGNED] = 1;
    to[at + YoloDecoder.BEFORE_CLASSES + object.label()] = 1;
  }

  /** Returns the rows that learn an object. */
  private List<Integer> rows(Box object) {
    double w = object.right() - object.left();
    double h = object.bottom() - object.top();
    double best =
        anchors.maps().stream()
            .flatMap(m -> m.sizes().stream())
            .mapToDouble(s -> s.overlap(w, h))
            .max()
            .orElse(0);
    List<Integer> rows = new ArrayList<>();
    boolean found = false;
    int begin = 0;
    for (GridAnchors.Grid map : anchors.maps()) {
      int column = cell((object.left() + w / 2) / map.stepX(), map.columns());
      int row = cell((object.top() + h / 2) / map.stepY(), map.rows());
      for (int a = 0; a < map.sizes().size(); a++) {
        double overlap = map.sizes().get(a).overlap(w, h);
        boolean first = !found && overlap == best;
        found |= first;
        if (first || overlap > threshold) {
          rows.add(begin + (row * map.columns() + column) * map.sizes().size() + a);
        }
      }
      begin += map.anchors();
    }
    return rows;
  }

  private static int cell(double place, int cells) {
    return (int) Math.clamp(Math.floor(place), 0, cells - 1);
  }
}
