package dev.fovea.cli;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.Pose;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.pose.PartDecoder;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures a network of key points that others trained on labelled pictures. Its joints and those
 * of the labels are the same where their names are.
 *
 * <p>A network that knows one object looks at the part of the picture around each labelled one.
 *
 * @param estimator the network
 * @param samples the labelled pictures
 * @param kinds for each joint of the network its number among those of the labels; −1 of others
 */
record PublishedPoses(PoseEstimator estimator, LabelledData samples, List<Integer> kinds) {
  /**
   * Matches joints. All points count, however unsure: one that is left out is as far away as can
   * be.
   *
   * @throws FoveaException if the labels lack the class or have none of the joints
   */
  static PublishedPoses of(PoseEstimator estimator, LabelledData samples) {
    List<String> labelled =
        samples.skeleton().joints().stream().map(PublishedPoses::plain).toList();
    List<String> own = estimator.skeleton().joints();
    List<Integer> kinds = own.stream().map(j -> labelled.indexOf(plain(j))).toList();
    boolean known = samples.things().contains(estimator.label());
    if (!known || kinds.stream().allMatch(k -> k < 0)) {
      throw new FoveaException(
          "data set: key points %s of %s; the network finds %s of %s"
              .formatted(
                  DataOptions.some(samples.skeleton().joints()),
                  DataOptions.some(samples.things()),
                  DataOptions.some(own),
                  estimator.label()));
    }
    return new PublishedPoses(estimator.least(0, 0), samples, kinds);
  }

  /** Returns a name as it is compared: "Left Hip" and "left_hip" are the same joint. */
  private static String plain(String joint) {
    return joint.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
  }

  /** Returns that the network finds fewer joints than are labelled, if so. */
  Optional<String> shortage() {
    int labelled = samples.skeleton().joints().size();
    long told = kinds.stream().filter(k -> k >= 0).distinct().count();
    return told == labelled
        ? Optional.empty()
        : Optional.of(
            "the network finds %s of the %s labelled joints; others count as far away"
                .formatted(told, labelled));
  }

  /** Looks for key points in all pictures. */
  PoseFinds find() {
    PoseFinds finds = new PoseFinds(samples, estimator.label(), samples.skeleton());
    boolean several = estimator.reader().rule().decoder() instanceof PartDecoder;
    for (int i = 0; i < samples.size(); i++) {
      finds.add(poses(i, several).stream().map(this::renamed).toList());
    }
    return finds;
  }

  private List<Pose> poses(int picture, boolean several) {
    Path file = samples.labels(picture).file();
    Tensor pixels = Images.read(file);
    try {
      return several ? estimator.estimate(pixels) : estimator.estimate(pixels, boxes(picture));
    } catch (FoveaException e) {
      throw new FoveaException(file + ": " + e.getMessage(), e);
    }
  }

  /** Returns where the objects are whose key points are labelled. */
  private List<Box> boxes(int picture) {
    return samples.labels(picture).objects().stream()
        .filter(o -> !o.crowd())
        .map(LabelledObject::box)
        .filter(b -> samples.things().get(b.label()).equals(estimator.label()))
        .filter(Box::hasKnownPoint)
        .toList();
  }

  /** Returns a pose with the joints of the labels; those that the network lacks are absent. */
  private Pose renamed(Pose pose) {
    int joints = samples.skeleton().joints().size();
    List<KeyPoint> points =
        new ArrayList<>(
            IntStream.range(0, joints)
                .mapToObj(k -> new KeyPoint(0, 0, k, Visibility.ABSENT))
                .toList());
    List<Double> scores = new ArrayList<>(IntStream.range(0, joints).mapToObj(_ -> 0.0).toList());
    for (KeyPoint p : pose.found()) {
      int kind = kinds.get(p.label());
      if (kind >= 0) {
        points.set(kind, new KeyPoint(p.x(), p.y(), kind, p.visibility()));
        scores.set(kind, pose.scores().get(p.label()));
      }
    }
    return new Pose(points, scores, pose.label(), pose.score());
  }

  /** Returns what was found as figures. */
  PoseEval figures(PoseFinds finds) {
    Map<String, Double> figures = new LinkedHashMap<>();
    finds
        .precision()
        .figures()
        .forEach((name, value) ->
            figures.put(PoseEval.OKS + name.toLowerCase(Locale.ROOT), BoxPrecision.known(value)));
    return new PoseEval(estimator.label(), samples.size(), figures, Map.of());
  }
}
