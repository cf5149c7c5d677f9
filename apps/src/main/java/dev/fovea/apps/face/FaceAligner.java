package dev.fovea.apps.face;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.Pose;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.pose.Crop;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.published.ModelCard;
import dev.fovea.systems.published.ModelCards;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.augment.Similarity;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Cuts the face out of a picture so that eyes, nose and mouth lie where networks of faces expect
 * them: in 112 × 112 pixels at the five places of ArcFace (Deng et al., 2019), by the {@link
 * Similarity} that brings its landmarks nearest to them.
 *
 * <pre>{@code
 * FaceAligner aligner = FaceAligner.of(detector, landmarks);    // the two networks of face-api.js
 * Optional<Tensor> face = aligner.align(Images.read(path));
 * }</pre>
 */
public final class FaceAligner {
  /** Height and width of an aligned face in pixels. */
  public static final int SIDE = 112;

  /** Middles of the eyes, tip of the nose and corners of the mouth, left to right as seen. */
  private static final List<KeyPoint> PLACES =
      List.of(
          at(38.2946 + 0.5, 51.6963 + 0.5),
          at(73.5318 + 0.5, 51.5014 + 0.5),
          at(56.0252 + 0.5, 71.7366 + 0.5),
          at(41.5493 + 0.5, 92.3655 + 0.5),
          at(70.7299 + 0.5, 92.2041 + 0.5));

  private final Detector detector;
  private final PoseEstimator landmarks;

  private FaceAligner(Detector detector, PoseEstimator landmarks) {
    this.detector = detector;
    this.landmarks = landmarks;
  }

  /**
   * Returns an aligner with the networks of face-api.js.
   *
   * @param detector finds boxes of faces
   * @param landmarks tells 68 landmarks of a face
   * @throws FoveaException if one is another network
   */
  public static FaceAligner of(Model detector, Model landmarks) {
    return new FaceAligner(
        Detector.of(described("faceapi-detector", detector)),
        PoseEstimator.of(described("faceapi-landmarks", landmarks)));
  }

  private static Model described(String name, Model model) {
    ModelCard card = ModelCards.find(name);
    return card.describe(model, card.rule(model.inputs().getFirst()), List.of());
  }

  private static KeyPoint at(double x, double y) {
    return new KeyPoint(x, y, 0, Visibility.VISIBLE);
  }

  /**
   * Returns the landmarks of the largest face of a picture, if it has one.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255
   */
  public Optional<Pose> find(Tensor picture) {
    return largest(picture).flatMap(box -> landmarks(picture, box));
  }

  private Optional<Pose> landmarks(Tensor picture, Box box) {
    return landmarks.estimate(picture, List.of(box)).stream().findFirst();
  }

  private Optional<Box> largest(Tensor picture) {
    return detector.detect(picture).stream()
        .map(Detection::box)
        .max(Comparator.comparingDouble(Box::area));
  }

  /**
   * Returns the largest face of a picture [112, 112, C], if it has one.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255
   */
  public Optional<Tensor> align(Tensor picture) {
    return find(picture).map(pose -> align(picture, fivePoints(pose.points())));
  }

  /**
   * Returns the face of a picture that is filled by one, [112, 112, C]. Detectors miss what is
   * larger than what they learned, so they see it with as much black around it; where they find
   * none, the picture itself is the box. So an answer does not tell that a face was found; {@link
   * #find} tells that.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255
   */
  public Optional<Tensor> alignPortrait(Tensor picture) {
    int height = picture.shape().dim(0);
    int width = picture.shape().dim(1);
    int left = width / 2;
    int top = height / 2;
    Tensor wide = new Crop(-left, -top, 2 * width, 2 * height).of(picture);
    Box all = new Box(left, top, left + width, top + height, 0);
    return landmarks(wide, largest(wide).orElse(all))
        .map(pose -> align(wide, fivePoints(pose.points())));
  }

  /**
   * Returns an aligned face [112, 112, C].
   *
   * @param picture [H, W, C]
   * @param points middles of the eyes, tip of the nose, corners of the mouth, each pair left to
   *     right as seen
   * @throws FoveaException if these are not five points at different places
   */
  public static Tensor align(Tensor picture, List<KeyPoint> points) {
    return Similarity.between(points, PLACES).apply(picture, SIDE, SIDE);
  }

  /** Returns the five points of the usual 68 landmarks. */
  static List<KeyPoint> fivePoints(List<KeyPoint> all) {
    return List.of(
        mean(all.subList(36, 42)),
        mean(all.subList(42, 48)),
        all.get(30),
        all.get(48),
        all.get(54));
  }

  private static KeyPoint mean(List<KeyPoint> points) {
    return at(
        points.stream().mapToDouble(KeyPoint::x).average().orElse(0),
        points.stream().mapToDouble(KeyPoint::y).average().orElse(0));
  }
}
