package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.Pose;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.pose.Crop;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.published.ModelCard;
import dev.fovea.systems.published.ModelCards;
import dev.fovea.systems.upscale.UpscaleQuality;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Published networks in {@code ../shared/data}, where it exists, on photographs. Expected places
 * are those that stand in the READMEs of the networks: maxima of maps that ONNX Runtime gave for
 * the same part of the photograph.
 */
final class PublishedNetworksTest {
  /** The person of {@code person.jpg}. */
  private static final Crop PERSON = new Crop(120, 70, 220, 320);

  private static Optional<Path> find(String name) {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path data = p.resolve("shared/data").resolve(name);
      if (Files.exists(data)) {
        return Optional.of(data);
      }
    }
    System.out.println("not run: shared/data/" + name + " is not there");
    return Optional.empty();
  }

  private static Model model(Path file, String task) {
    Model network = Formats.read(file).model(Engine.shared());
    ModelCard card = ModelCards.find(task);
    return card.describe(network, card.rule(network.inputs().get(0)), List.of());
  }

  private static Optional<Tensor> photo(String name) {
    return find("photos/" + name).map(Images::read);
  }

  private static void isAt(Pose pose, int point, double x, double y, Offset<Double> within) {
    KeyPoint p = pose.points().get(point);
    assertThat(p.x()).as("x of " + point).isCloseTo(x, within);
    assertThat(p.y()).as("y of " + point).isCloseTo(y, within);
  }

  @Test
  void openPose() {
    Optional<Path> file = find("models/openpose-mobilenetv2-onnx/openpose_mobilenetv2_0.5.onnx");
    Optional<Tensor> photo = photo("person.jpg");
    if (file.isPresent() && photo.isPresent()) {
      PoseEstimator estimator = PoseEstimator.of(model(file.get(), "openpose"));
      List<Pose> poses = estimator.estimate(photo.get());
      assertThat(poses).hasSize(1);
      // Cells are 12 pixels of the photograph.
      isAt(poses.get(0), 1, 219, 159, within(7.0));
      isAt(poses.get(0), 2, 243, 159, within(7.0));
      isAt(poses.get(0), 8, 243, 241, within(7.0));
      isAt(poses.get(0), 9, 231, 301, within(7.0));
      isAt(poses.get(0), 16, 243, 123, within(7.0));
      // In the mirror image, too.
      isAt(estimator.flipped().estimate(photo.get()).get(0), 8, 243, 241, within(7.0));
    }
  }

  @Test
  void convolutionalPoseMachine() {
    Optional<Path> file = find("models/cpm-pose-onnx/cpm_mobilenetv2.onnx");
    Optional<Tensor> photo = photo("person.jpg");
    if (file.isPresent() && photo.isPresent()) {
      Pose pose =
          PoseEstimator.of(model(file.get(), "cpm-pose")).estimate(PERSON.of(photo.get())).get(0);
      // Of 192×192 pixels that the part is squeezed to.
      double x = 220 / 192.0;
      double y = 320 / 192.0;
      isAt(pose, 0, 104 * x, 24 * y, within(7.0));
      isAt(pose, 1, 96 * x, 40 * y, within(7.0));
      isAt(pose, 3, 112 * x, 80 * y, within(7.0));
      isAt(pose, 9, 96 * x, 144 * y, within(7.0));
      assertThat(pose.scores().get(2)).isCloseTo(0.78, within(0.02));
    }
  }

  @Test
  void blazePose() {
    Optional<Path> file = find("models/blazepose-lite-tflite/pose_landmark_lite.onnx");
    Optional<Tensor> photo = photo("person.jpg");
    if (file.isPresent() && photo.isPresent()) {
      PoseEstimator estimator = PoseEstimator.of(model(file.get(), "blazepose"));
      Pose pose = estimator.estimate(PERSON.of(photo.get())).get(0);
      assertThat(pose.score()).isCloseTo(0.9998, within(5e-4));
      // Of 256×256 pixels that the part, black beside it, is scaled to.
      double scale = 320 / 256.0;
      isAt(pose, 0, 137 * scale - 50, 48 * scale, within(1.5));
      isAt(pose, 11, 108 * scale - 50, 69 * scale, within(1.5));
      isAt(pose, 24, 135 * scale - 50, 137 * scale, within(1.5));
      isAt(pose, 28, 135 * scale - 50, 227 * scale, within(1.5));
    }
  }

  @Test
  void landmarksOfDetectedFaces() {
    Optional<Path> faces = find("models/faceapi-landmarks-onnx/tiny_face_detector.onnx");
    Optional<Path> landmarks = find("models/faceapi-landmarks-onnx/face_landmark_68.onnx");
    Optional<Tensor> photo = photo("astronaut.png");
    if (faces.isPresent() && landmarks.isPresent() && photo.isPresent()) {
      List<Detection> found =
          Detector.of(model(faces.get(), "faceapi-detector")).detect(photo.get());
      assertThat(found).hasSize(1);
      assertThat(found.get(0).score()).isCloseTo(0.957, within(2e-3));
      Box box = found.get(0).box();
      assertThat(box.left()).isCloseTo(162, within(1.5));
      assertThat(box.bottom()).isCloseTo(189, within(1.5));
      Pose face =
          PoseEstimator.of(model(landmarks.get(), "faceapi-landmarks"))
              .estimate(photo.get(), List.of(box))
              .get(0);
      isAt(face, 36, 195, 100, within(1.5));
      isAt(face, 45, 253, 104, within(1.5));
      isAt(face, 30, 223, 128, within(1.5));
      isAt(face, 48, 202, 141, within(1.5));
      isAt(face, 8, 222, 178, within(1.5));
    }
  }

  /** The eyes, the nose and the mouth are where the landmarks of face-api have them. */
  @Test
  void cascade() {
    Optional<Path> folder = find("models/mtcnn-caffe");
    Optional<Tensor> photo = photo("astronaut.png");
    if (folder.isPresent() && photo.isPresent()) {
      List<Detection> found = MtcnnFiles.read(folder.get(), Engine.shared()).detect(photo.get());
      assertThat(found).hasSize(1);
      assertThat(found.get(0).score()).isGreaterThan(0.99);
      List<KeyPoint> points = found.get(0).box().points();
      Offset<Double> near = within(4.0);
      assertThat(points.get(0).x()).isCloseTo(203, near);
      assertThat(points.get(0).y()).isCloseTo(101, near);
      assertThat(points.get(1).x()).isCloseTo(245, near);
      assertThat(points.get(2).x()).isCloseTo(223, near);
      assertThat(points.get(2).y()).isCloseTo(128, near);
      assertThat(points.get(3).x()).isCloseTo(202, near);
      assertThat(points.get(4).y()).isCloseTo(143, near);
    }
  }

  /** A square photograph, scaled to 672×672 pixels; the figures stand in the network's README. */
  @Test
  void superResolution() {
    Optional<Path> file = find("models/superres-x3-onnx/super_resolution.onnx");
    Optional<Tensor> photo = photo("astronaut.png");
    if (file.isPresent() && photo.isPresent()) {
      Upscaler upscaler = Upscaler.of(model(file.get(), "super-resolution"));
      Tensor large = Images.resizeCubic(photo.get(), 672, 672);
      UpscaleQuality quality = UpscaleQuality.of(upscaler, large);
      assertThat(quality.network()).isCloseTo(30.18, within(0.03));
      assertThat(quality.bicubic()).isCloseTo(30.31, within(0.03));
    }
  }
}
