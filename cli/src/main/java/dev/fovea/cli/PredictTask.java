package dev.fovea.cli;

import static dev.fovea.cli.PredictOption.FORMAT;
import static dev.fovea.cli.PredictOption.INVERT;
import static dev.fovea.cli.PredictOption.OVERLAY;
import static dev.fovea.cli.PredictOption.RAW;
import static dev.fovea.cli.PredictOption.SCORE;
import static dev.fovea.cli.PredictOption.TILES;
import static dev.fovea.cli.PredictOption.TOP;
import static dev.fovea.cli.PredictOption.VIEWS;

import dev.fovea.data.Task;
import dev.fovea.nn.Model;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What predict does with pictures, and which of its options belong to that. */
enum PredictTask {
  FACES("finds faces"),
  POSES("finds key points"),
  SEGMENTS("divides pictures into segments"),
  BOXES("finds objects"),
  WINDOWS("is asked about windows"),
  LARGER("enlarges pictures"),
  PIXELS("classifies pixels"),
  CLASSES("classifies pictures"),
  OUTPUTS("gives its outputs as they are");

  private final String does;

  PredictTask(String does) {
    this.does = does;
  }

  /** Returns the options that belong to it, besides --out and --json. */
  List<PredictOption> takes() {
    return switch (this) {
      case FACES, SEGMENTS -> List.of(SCORE, FORMAT);
      case POSES -> List.of(SCORE, FORMAT, PredictOption.BOXES, VIEWS);
      case BOXES -> List.of(SCORE, FORMAT, TILES);
      case WINDOWS -> List.of(PredictOption.WINDOWS, SCORE, FORMAT);
      case LARGER -> List.of();
      case PIXELS -> List.of(TOP, INVERT, OVERLAY, TILES);
      case CLASSES -> List.of(TOP, INVERT, PredictOption.WINDOWS);
      case OUTPUTS -> List.of(RAW, INVERT);
    };
  }

  /** Returns whether its answers name classes of the network. */
  boolean namesClasses() {
    return switch (this) {
      case SEGMENTS, BOXES, WINDOWS, PIXELS, CLASSES -> true;
      case FACES, POSES, LARGER, OUTPUTS -> false;
    };
  }

  /** Returns what is done with a network. */
  static PredictTask of(NetworkFile network, PredictOptions options) {
    Model model = network.model();
    if (options.raw()) {
      return OUTPUTS;
    }
    if (PoseEstimator.isPoseEstimator(model)) {
      return POSES;
    }
    if (PanopticSegmenter.isPanoptic(model)) {
      return SEGMENTS;
    }
    if (Detector.isDetector(model)) {
      return BOXES;
    }
    if (Upscaler.isUpscaler(model)) {
      return LARGER;
    }
    if (network.isAsked(Task.MASK)) {
      return PIXELS;
    }
    if (!network.isClassifier()) {
      return OUTPUTS;
    }
    return options.windows().given() ? WINDOWS : options.out().isPresent() ? OUTPUTS : CLASSES;
  }

  /**
   * Requires that no option of another task was given.
   *
   * @param file the network, for the message
   */
  void require(PredictOptions options, Path file) {
    String others =
        Arrays.stream(PredictOption.values())
            .filter(o -> o.isGiven(options) && !takes().contains(o))
            .map(PredictOption::text)
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      String own = takes().stream().map(PredictOption::text).collect(Collectors.joining(", "));
      throw new FoveaException(
          "%s: %s %s; see --out%s".formatted(others, file, does, own.isEmpty() ? "" : ", " + own));
    }
  }
}
