package dev.fovea.systems.pose;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.Mark;
import dev.fovea.data.Target;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What networks of key points learn, made of the boxes of a sample with their points. */
public interface PoseTargets {
  /** Returns the forms of the targets. */
  List<Target> forms();

  /**
   * Returns the targets of a sample; several threads call this at once.
   *
   * @param boxes the boxes in pixels of the network's input; those without points are no persons
   */
  List<Mark> of(List<Box> boxes);

  /**
   * Returns heat maps [H, W, K] of the largest object, and weights [K]: 0 for points whose place is
   * not known.
   *
   * @param input the size of the network's input
   */
  static PoseTargets heatMaps(HeatMaps maps, Size input) {
    return new PoseTargets() {
      @Override
      public List<Target> forms() {
        return List.of(
            Target.numbers(maps.height(), maps.width(), maps.kinds()),
            Target.numbers(maps.kinds()));
      }

      @Override
      public List<Mark> of(List<Box> boxes) {
        List<KeyPoint> points = largest(boxes).map(Box::points).orElse(List.of());
        HeatMaps.Targets targets = maps.of(scaled(points, input, maps.height(), maps.width()));
        return List.of(new Mark.Numbers(targets.maps()), new Mark.Numbers(targets.weights()));
      }
    };
  }

  /**
   * Returns coordinates [2K] of the largest object's points, x and y of each from the middle of the
   * input in shares of its size, and weights [2K]: 0 for points whose place is not known.
   *
   * @param input the size of the network's input
   */
  static PoseTargets coordinates(int kinds, Size input) {
    return new PoseTargets() {
      @Override
      public List<Target> forms() {
        return List.of(Target.numbers(2 * kinds), Target.numbers(2 * kinds));
      }

      @Override
      public List<Mark> of(List<Box> boxes) {
        Tensor places = Tensor.zeros(Shape.of(2 * kinds));
        Tensor weights = Tensor.zeros(Shape.of(2 * kinds));
        for (KeyPoint p : largest(boxes).map(Box::points).orElse(List.of())) {
          if (p.isKnown()) {
            int at = 2 * p.label();
            places.data()[at] = (float) (p.x() / input.width() - 0.5);
            places.data()[at + 1] = (float) (p.y() / input.height() - 0.5);
            weights.data()[at] = 1;
            weights.data()[at + 1] = 1;
          }
        }
        return List.of(new Mark.Numbers(places), new Mark.Numbers(weights));
      }
    };
  }

  /**
   * Returns confidence maps and part affinity fields of all persons in one tensor [H, W, C], and
   * weights [H, W]: 0 in boxes of what is not told apart, and of persons whose points nobody
   * marked.
   *
   * <p>Most cells are far from all points. So that these count all the same, a cell's weight is 1 +
   * {@code emphasis} · (1 − background).
   *
   * @param input the size of the network's input
   * @param emphasis how much more a cell with a point counts than one far from all
   */
  static PoseTargets parts(ConfidenceMaps maps, PartFields fields, Size input, double emphasis) {
    int height = maps.height();
    int width = maps.width();
    int channels = maps.kinds() + 1 + 2 * fields.limbs().bones().size();
    return new PoseTargets() {
      @Override
      public List<Target> forms() {
        return List.of(Target.numbers(height, width, channels), Target.numbers(height, width));
      }

      @Override
      public List<Mark> of(List<Box> boxes) {
        List<List<KeyPoint>> persons =
            boxes.stream()
                .filter(PoseTargets::isKnown)
                .map(b -> scaled(b.points(), input, height, width))
                .toList();
        Tensor confidences = maps.of(persons.stream().flatMap(List::stream).toList());
        Tensor weights = counted(boxes, input, height, width);
        for (int cell = 0; cell < height * width; cell++) {
          float background = confidences.data()[(cell + 1) * (maps.kinds() + 1) - 1];
          weights.data()[cell] *= (float) (1 + emphasis * (1 - background));
        }
        return List.of(
            new Mark.Numbers(joined(confidences, fields.of(persons))), new Mark.Numbers(weights));
      }
    };
  }

  /** Returns whether a box has points whose place is known. */
  private static boolean isKnown(Box box) {
    return box.label() != Mark.Boxes.IGNORED && box.hasKnownPoint();
  }

  private static Optional<Box> largest(List<Box> boxes) {
    return boxes.stream().filter(PoseTargets::isKnown).max(Comparator.comparingDouble(Box::area));
  }

  private static List<KeyPoint> scaled(List<KeyPoint> points, Size input, int height, int width) {
    List<KeyPoint> scaled = new ArrayList<>();
    for (KeyPoint p : points) {
      scaled.add(p.at(p.x() * width / input.width(), p.y() * height / input.height()));
    }
    return scaled;
  }

  private static Tensor joined(Tensor a, Tensor b) {
    int of = a.shape().dim(2);
    int more = b.shape().dim(2);
    Tensor all = Tensor.zeros(Shape.of(a.shape().dim(0), a.shape().dim(1), of + more));
    for (int cell = 0; cell < a.data().length / of; cell++) {
      System.arraycopy(a.data(), cell * of, all.data(), cell * (of + more), of);
      System.arraycopy(b.data(), cell * more, all.data(), cell * (of + more) + of, more);
    }
    return all;
  }

  private static Tensor counted(List<Box> boxes, Size input, int height, int width) {
    Tensor weights = Tensor.full(Shape.of(height, width), 1);
    for (Box b : boxes) {
      boolean unmarked = b.label() == Mark.Boxes.IGNORED || !b.points().isEmpty();
      if (unmarked && !isKnown(b)) {
        for (int cell = 0; cell < height * width; cell++) {
          double x = (cell % width + 0.5) * input.width() / width;
          double y = (Math.floorDiv(cell, width) + 0.5) * input.height() / height;
          if (x >= b.left() && x < b.right() && y >= b.top() && y < b.bottom()) {
            weights.data()[cell] = 0;
          }
        }
      }
    }
    return weights;
  }
}
