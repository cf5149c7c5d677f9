package dev.fovea.systems.pose;

import dev.fovea.data.Preprocessing;
import dev.fovea.nn.Model;
import dev.fovea.systems.Pose;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placed;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
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
 * <p>It never changes, and any number of threads may use it at once.
 */
public final class PoseEstimator {
  private final Model model;
  private final Preprocessing rule;
  private final boolean bgr;
  private final PoseRule reading;

  private PoseEstimator(Model model, Preprocessing rule, boolean bgr, PoseRule reading) {
    this.model = model;
    this.rule = rule;
    this.bgr = bgr;
    this.reading = reading;
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
    for (String key : List.of(PoseRule.KEY, "preprocessing")) {
      if (!texts.containsKey(key)) {
        throw new FoveaException(
            "pose estimator: the model does not say how it finds key points: its metadata has no"
                + " \"%s\"".formatted(key));
      }
    }
    return new PoseEstimator(
        model,
        Preprocessing.parse(texts.getOrDefault("preprocessing", ""), "model: preprocessing"),
        texts.containsKey("bgr"),
        PoseRule.parse(texts.getOrDefault(PoseRule.KEY, ""), "model"));
  }

  /**
   * Returns this estimator with other least scores.
   *
   * @param score of a pose
   * @param point of a point
   * @throws FoveaException if one is not in 0 … 1
   */
  public PoseEstimator least(double score, double point) {
    return new PoseEstimator(model, rule, bgr, reading.least(score, point));
  }

  /**
   * Returns this estimator with another least score of a pose.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public PoseEstimator score(double least) {
    return least(least, reading.point());
  }

  /** Returns the kinds of points and how they belong together. */
  public Skeleton skeleton() {
    return reading.skeleton();
  }

  /** Returns how the outputs of the network are read. */
  public PoseReader reader() {
    String label = model.labels().isEmpty() ? "object" : model.labels().get(0);
    return new PoseReader(reading, label, new Size(rule.height(), rule.width()));
  }

  /**
   * Returns the poses in a picture file, the surest first.
   *
   * @throws FoveaException if it cannot be read
   */
  public List<Pose> estimate(Path picture) {
    return estimate(Images.place(picture, rule));
  }

  /**
   * Returns the poses in a picture, the surest first.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255; grey and colour become each other
   */
  public List<Pose> estimate(Tensor picture) {
    Placement placement =
        Placement.of(
            rule.resize(), Size.of(picture.shape()), new Size(rule.height(), rule.width()));
    Tensor coloured = rule.channels() == 1 ? Images.toGrey(picture) : Images.toRgb(picture);
    return estimate(new Placed(placement.apply(coloured, Preprocessing.LETTERBOX_FILL), placement));
  }

  /**
   * Returns the poses in a picture that was brought into the input, in pixels of the picture.
   *
   * @param placed the input with values 0 … 255, and where the picture lies in it
   */
  public List<Pose> estimate(Placed placed) {
    Tensor input = placed.input().copy();
    if (bgr && rule.channels() == 3) {
      swap(input.data());
    }
    rule.normalize(input.data(), 0, input.data().length);
    Shape one = input.shape().prepend(1);
    return reader().read(model.run(List.of(input.reshape(one))), 0, placed.placement());
  }

  private static void swap(float... pixels) {
    for (int i = 0; i < pixels.length; i += 3) {
      float red = pixels[i];
      pixels[i] = pixels[i + 2];
      pixels[i + 2] = red;
    }
  }

  @Override
  public String toString() {
    return "pose estimator of " + String.join(", ", skeleton().joints());
  }
}
