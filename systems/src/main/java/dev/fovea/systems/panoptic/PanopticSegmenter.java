package dev.fovea.systems.panoptic;

import dev.fovea.nn.Model;
import dev.fovea.systems.detect.Detector;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import java.nio.file.Path;
import java.util.List;

/**
 * Divides pictures into segments with a network whose metadata says how its outputs are read.
 *
 * <pre>{@code
 * PanopticScene scene = PanopticSegmenter.of(model).segment(Images.read(path));
 * }</pre>
 *
 * <p>It never changes, and any number of threads may use it at once.
 */
public final class PanopticSegmenter {
  private final Model model;
  private final InputRule input;
  private final PanopticReader reader;

  private PanopticSegmenter(Model model, InputRule input, PanopticReader reader) {
    this.model = model;
    this.input = input;
    this.reader = reader;
  }

  /** Returns whether a model says how its outputs are read as segments. */
  public static boolean isPanoptic(Model model) {
    return model.metadata().containsKey(PanopticRule.KEY) && Detector.isDetector(model);
  }

  /**
   * Returns the segmenter of a model.
   *
   * @throws FoveaException if its metadata does not say how pictures become inputs or outputs
   *     segments
   */
  public static PanopticSegmenter of(Model model) {
    if (!isPanoptic(model)) {
      throw new FoveaException(
          "panoptic segmenter: the model does not say how its outputs become segments: its metadata"
              + " has no \"%s\" or no \"detector\"".formatted(PanopticRule.KEY));
    }
    PanopticRule rule =
        PanopticRule.parse(model.metadata().getOrDefault(PanopticRule.KEY, ""), "model");
    InputRule input =
        InputRule.of(model.metadata(), "model")
            .orElseThrow(() ->
                new FoveaException(
                    "panoptic segmenter: the model does not say how pictures become inputs: its"
                        + " metadata has no \"preprocessing\""));
    PanopticReader reader =
        new PanopticReader(rule, Detector.of(model).score(rule.score()).reader());
    return new PanopticSegmenter(model, input, reader);
  }

  /**
   * Returns this segmenter with another least score of objects.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public PanopticSegmenter score(double least) {
    PanopticRule rule = reader.rule().score(least);
    return new PanopticSegmenter(
        model, input, new PanopticReader(rule, Detector.of(model).score(least).reader()));
  }

  /** Returns how the outputs of the network are read. */
  public PanopticReader reader() {
    return reader;
  }

  /**
   * Returns the segments of a picture file.
   *
   * @throws FoveaException if it cannot be read
   */
  public PanopticScene segment(Path picture) {
    return segment(input.place(picture));
  }

  /**
   * Returns the segments of a picture.
   *
   * @param picture [H, W, C] of any size, its values 0 … 255; grey and colour become each other
   */
  public PanopticScene segment(Tensor picture) {
    return segment(input.place(picture));
  }

  /**
   * Returns the segments of a picture that was brought into the input, in pixels of the picture.
   *
   * @param placed the input with values 0 … 255, and where the picture lies in it
   */
  public PanopticScene segment(Placed placed) {
    Tensor pixels = input.input(placed.input());
    Shape one = pixels.shape().prepend(1);
    return reader.read(model.run(List.of(pixels.reshape(one))), 0, placed.placement());
  }

  @Override
  public String toString() {
    return "panoptic segmenter of "
        + String.join(", ", reader.objects().labels())
        + "; "
        + String.join(", ", reader.rule().stuff());
  }
}
