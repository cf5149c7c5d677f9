package dev.fovea.systems.detect;

import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds objects in pictures with a network whose metadata says how its outputs are read.
 *
 * <pre>{@code
 * List<Detection> found = Detector.of(model).detect(Images.read(path));
 * }</pre>
 *
 * <p>It never changes, and any number of threads may use it at once.
 */
public final class Detector {
  private final Model model;
  private final InputRule input;
  private final DetectionRule reading;
  private final List<String> labels;
  private final Optional<RegionSearcher> search;

  private Detector(
      Model model,
      InputRule input,
      DetectionRule reading,
      List<String> labels,
      Optional<RegionSearcher> search) {
    this.model = model;
    this.input = input;
    this.reading = reading;
    this.labels = labels;
    this.search = search;
  }

  /** Returns whether a model says how its outputs are read as boxes. */
  public static boolean isDetector(Model model) {
    return model.metadata().containsKey(DetectionRule.KEY);
  }

  /**
   * Returns the detector of a model.
   *
   * @throws FoveaException if its metadata does not say how pictures become inputs or outputs boxes
   */
  public static Detector of(Model model) {
    Map<String, String> texts = model.metadata();
    String reading = texts.get(DetectionRule.KEY);
    if (reading == null) {
      throw unknown(DetectionRule.KEY);
    }
    InputRule input = InputRule.of(texts, "model").orElseThrow(() -> unknown("preprocessing"));
    DetectionRule rule = DetectionRule.parse(reading, "model");
    return new Detector(model, input, rule, model.labels(), search(model, input));
  }

  /** Returns how regions are searched, if the network takes them as a further input. */
  private static Optional<RegionSearcher> search(Model model, InputRule input) {
    if (model.inputs().size() != 2) {
      return Optional.empty();
    }
    String text = model.metadata().get(RegionSearcher.KEY);
    if (text == null) {
      throw unknown(RegionSearcher.KEY);
    }
    RegionSearcher search = RegionSearcher.parse(text, input.preprocessing(), "model");
    if (!model.inputs().get(1).equals(search.regions())) {
      throw new FoveaException(
          "detector: the model takes regions %s, its metadata searches %s"
              .formatted(model.inputs().get(1), search.regions()));
    }
    return Optional.of(search);
  }

  private static FoveaException unknown(String key) {
    return new FoveaException(
        ("detector: the model does not say how it finds objects: its metadata has no \"%s\"; of a"
                + " published network, fovea convert --task writes it into the file")
            .formatted(key));
  }

  private Detector with(DetectionRule other) {
    return new Detector(model, input, other, labels, search);
  }

  /**
   * Returns this detector with another least score.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public Detector score(double least) {
    return with(reading.score(least));
  }

  /**
   * Returns this detector with another IoU above which the less sure of two boxes of a class goes.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public Detector overlap(double above) {
    return with(reading.overlap(above));
  }

  /**
   * Returns this detector with another limit of how many objects it finds.
   *
   * @throws FoveaException if there are none
   */
  public Detector most(int detections) {
    return with(reading.most(detections));
  }

  /** Returns this detector as its average precision is measured. */
  public Detector measured() {
    return with(reading.measured());
  }

  /** Returns how the outputs of the network are read. */
  public DetectionReader reader() {
    return new DetectionReader(reading, labels, size());
  }

  /** Returns the names of the classes. */
  public List<String> labels() {
    return labels;
  }

  /** Returns the least score and what else is asked of detections. */
  public DetectionRule rule() {
    return reading;
  }

  /**
   * Returns what is in a picture file, the surest first.
   *
   * @throws FoveaException if it cannot be read
   */
  public List<Detection> detect(Path picture) {
    return detect(input.place(picture));
  }

  /**
   * Returns what is in a picture, the surest first.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255; grey and colour become each other
   */
  public List<Detection> detect(Tensor picture) {
    return detect(input.place(picture));
  }

  /**
   * Returns what is in a picture that was brought into the input, in pixels of the picture.
   *
   * @param placed the input with values 0 … 255, and where the picture lies in it
   */
  public List<Detection> detect(Placed placed) {
    Tensor pixels = input.input(placed.input());
    return reader().read(outputs(pixels.reshape(pixels.shape().prepend(1))), 0, placed.placement());
  }

  /** Returns the outputs for inputs; regions that the network takes beside them are searched. */
  private List<Tensor> outputs(Tensor pictures) {
    return model.run(
        search.map(s -> List.of(pictures, s.find(pictures))).orElseGet(() -> List.of(pictures)));
  }

  private Size size() {
    return new Size(input.preprocessing().height(), input.preprocessing().width());
  }

  @Override
  public String toString() {
    return "detector of " + String.join(", ", labels);
  }
}
