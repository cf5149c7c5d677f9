package dev.fovea.systems;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Optional;

/**
 * A person, a face or another object whose key points a network found in a picture.
 *
 * @param points one point for each kind, in pixels of the picture; {@link Visibility#ABSENT} if it
 *     was not found
 * @param scores how sure the network is of each point, 0 … 1
 * @param label the name of the object's class
 * @param score how sure the network is of the whole, 0 … 1
 */
public record Pose(List<KeyPoint> points, List<Double> scores, String label, double score) {
  private static final double HALF_PIXEL = 0.5;

  /**
   * Copies the lists.
   *
   * @throws FoveaException if there are not as many scores as points, or a score is not in 0 … 1
   */
  public Pose {
    points = List.copyOf(points);
    scores = List.copyOf(scores);
    if (points.size() != scores.size() || !(score >= 0 && score <= 1)) {
      throw new FoveaException(
          "pose of %s: %s points, %s scores, score %s: as many scores as points, in 0 … 1, expected"
              .formatted(label, points.size(), scores.size(), score));
    }
  }

  /** Returns the points that were found. */
  public List<KeyPoint> found() {
    return points.stream().filter(KeyPoint::isKnown).toList();
  }

  /** Returns the box around the pixels of all points that were found; empty without any. */
  public Optional<Box> box() {
    List<KeyPoint> there = found();
    if (there.isEmpty()) {
      return Optional.empty();
    }
    double left = there.stream().mapToDouble(KeyPoint::x).min().getAsDouble();
    double top = there.stream().mapToDouble(KeyPoint::y).min().getAsDouble();
    double right = there.stream().mapToDouble(KeyPoint::x).max().getAsDouble();
    double bottom = there.stream().mapToDouble(KeyPoint::y).max().getAsDouble();
    return Optional.of(
        new Box(
            left - HALF_PIXEL,
            top - HALF_PIXEL,
            right + HALF_PIXEL,
            bottom + HALF_PIXEL,
            0,
            points));
  }

  /** Returns the pose as a box with key points; empty if no point was found. */
  public Optional<Detection> detection() {
    return box().map(b -> new Detection(b, label, score));
  }
}
