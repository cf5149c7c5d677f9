package dev.fovea.systems.pose;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.Pose;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes the outputs of a network into poses and maps their points back into the picture.
 *
 * @param rule how outputs become poses
 * @param label the name of the class
 * @param input the size of the network's input
 */
public record PoseReader(PoseRule rule, String label, Size input) {
  /**
   * Returns what the outputs of the network tell of a picture, the surest first.
   *
   * @param outputs the outputs [N, …]
   * @param sample the number of the picture in the batch
   * @param placement where in the input it lies
   */
  public List<Pose> read(List<Tensor> outputs, int sample, Placement placement) {
    return rule.decoder().decode(outputs, sample, input, label).stream()
        .filter(p -> p.score() >= rule.score())
        .map(p -> back(p, placement))
        .filter(p -> !p.found().isEmpty())
        .toList();
  }

  private Pose back(Pose pose, Placement placement) {
    List<KeyPoint> points = new ArrayList<>();
    for (int k = 0; k < pose.points().size(); k++) {
      KeyPoint p = pose.points().get(k);
      boolean told =
          p.isKnown() && pose.scores().get(k) >= rule.point() && Double.isFinite(p.x() + p.y());
      points.add(told ? placement.back(p) : new KeyPoint(0, 0, p.label(), Visibility.ABSENT));
    }
    return new Pose(points, pose.scores(), pose.label(), pose.score());
  }
}
