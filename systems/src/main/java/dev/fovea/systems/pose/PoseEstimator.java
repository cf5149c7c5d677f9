package dev.fovea.systems.pose;

import dev.fovea.data.Box;
import dev.fovea.nn.Model;
import dev.fovea.systems.Pose;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the key points of persons or other objects with a network whose metadata says how its
 * outputs are read.
 *
 * <pre>{@code
 * List<Pose> poses = PoseEstimator.of(model).estimate(Images.read(path));
 * }</pre>
 *
 * <p>A network that knows one object looks at the whole picture, or at the part around each box of
 * a detector ("top-down"):
 *
 * <pre>{@code
 * List<Box> persons = detector.detect(picture).stream().map(Detection::box).toList();
 * List<Pose> poses = PoseEstimator.of(model).estimate(picture, persons);
 * }</pre>
 *
 * <p>It never changes, and any number of threads may use it at once.
 */
public final class PoseEstimator {
  private final Model model;
  private final InputRule input;
  private final PoseRule reading;
  private final boolean flip;

  private PoseEstimator(Model model, InputRule input, PoseRule reading, boolean flip) {
    this.model = model;
    this.input = input;
    this.reading = reading;
    this.flip = flip;
  }

  /** Returns whether a model says how its outputs are read as key points. */
  public static boolean isPoseEstimator(Model model) {
    return model.metadata().containsKey(PoseRule.KEY);
  }

  /**
   * Returns the estimator of a model.
   *
   * @throws FoveaException if its metadata does not say how pictures become inputs or outputs key
   *     points
   */
  public static PoseEstimator of(Model model) {
    Map<String, String> texts = model.metadata();
    String reading = texts.get(PoseRule.KEY);
    if (reading == null) {
      throw unknown(PoseRule.KEY);
    }
    InputRule input = InputRule.of(texts, "model").orElseThrow(() -> unknown("preprocessing"));
    return new PoseEstimator(model, input, PoseRule.parse(reading, "model"), false);
  }

  private static FoveaException unknown(String key) {
    return new FoveaException(
        ("pose estimator: the model does not say how it finds key points: its metadata has no"
                + " \"%s\"; of a published network, fovea convert --task writes it into the file")
            .formatted(key));
  }

  /**
   * Returns this estimator with other least scores.
   *
   * @param score of a pose
   * @param point of a point
   * @throws FoveaException if one is not in 0 … 1
   */
  public PoseEstimator least(double score, double point) {
    return new PoseEstimator(model, input, reading.least(score, point), flip);
  }

  /**
   * Returns this estimator with another least score of a pose.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public PoseEstimator score(double least) {
    return least(least, reading.point());
  }

  /**
   * Returns this estimator with the flip test: it looks at the mirror image, too, and takes the
   * mean of both.
   *
   * @throws FoveaException if the skeleton does not say which points change sides
   */
  public PoseEstimator flipped() {
    FlipTest.kinds(skeleton(), skeleton().joints().size());
    return new PoseEstimator(model, input, reading, true);
  }

  /** Returns the name of the class of objects that have the points. */
  public String label() {
    return reader().label();
  }

  /** Returns the kinds of points and how they belong together. */
  public Skeleton skeleton() {
    return reading.skeleton();
  }

  /** Returns how the outputs of the network are read. */
  public PoseReader reader() {
    String label = model.labels().isEmpty() ? "object" : model.labels().get(0);
    return new PoseReader(reading, label, size());
  }

  /**
   * Returns the poses in a picture file, the surest first.
   *
   * @throws FoveaException if it cannot be read
   */
  public List<Pose> estimate(Path picture) {
    return estimate(input.place(picture));
  }

  /**
   * Returns the poses in a picture, the surest first.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255; grey and colour become each other
   */
  public List<Pose> estimate(Tensor picture) {
    return estimate(input.place(picture));
  }

  /**
   * Returns the poses in a picture that was brought into the input, in pixels of the picture.
   *
   * @param placed the input with values 0 … 255, and where the picture lies in it
   */
  public List<Pose> estimate(Placed placed) {
    Tensor pixels = input.input(placed.input());
    Shape one = pixels.shape().prepend(1);
    Tensor batch = pixels.reshape(one);
    List<Tensor> outputs =
        flip ? FlipTest.outputs(model, reading, batch) : model.run(List.of(batch));
    return reader().read(outputs, 0, placed.placement());
  }

  /**
   * Returns the pose of each of some objects of a picture, in the order of their boxes; none of an
   * object whose pose the network is not sure of.
   *
   * <p>The network is shown the part of the picture around each box, as many times as large as its
   * {@linkplain PoseRule#margin margin} says, in the proportions of its input. What lies outside
   * the picture is black.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255
   * @param boxes where the objects are, in pixels of the picture
   */
  public List<Pose> estimate(Tensor picture, List<Box> boxes) {
    if (picture.shape().rank() != 3) {
      throw new FoveaException(
          "pose estimator: a picture [H, W, C] expected, got " + picture.shape());
    }
    double proportion = (double) size().width() / size().height();
    List<Pose> poses = new ArrayList<>();
    for (Box box : boxes) {
      Crop crop = Crop.around(box, reading.margin(), proportion);
      estimate(crop.of(picture)).stream().findFirst().map(crop::back).ifPresent(poses::add);
    }
    return List.copyOf(poses);
  }

  private Size size() {
    return new Size(input.preprocessing().height(), input.preprocessing().width());
  }

  @Override
  public String toString() {
    return "pose estimator of " + String.join(", ", skeleton().joints());
  }
}
