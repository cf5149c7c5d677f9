package dev.fovea.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what is told, drawn and written of pictures; each is of some tasks. */
final class PredictOptions {
  @Option(
      names = "--top",
      paramLabel = "K",
      description = "How many classes to show per picture (default: 3; of pixels all there are).")
  private @Nullable Integer top;

  @Option(
      names = "--invert",
      description =
          "Invert the pictures, such as dark ink on light paper for a model that learned"
              + " light ink on a dark background.")
  private boolean invert;

  @Option(names = "--json", description = "Print one JSON object per picture and line.")
  private boolean json;

  @Option(names = "--raw", description = "Print the raw outputs, not classes.")
  private boolean raw;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write the outputs of one picture as they are, with the axes as in the model's file:"
              + " .json, or .npy (one file per output). Of a network that classifies pixels: the"
              + " classes, .png with their numbers as colours of a palette, .npy or .json, or a"
              + " folder for the .png files of several pictures; pixels that the network does not"
              + " see are 255, or −1. Of a detector: a drawing of one picture as .png, or a folder for"
              + " those of several; .json or .csv for what was found.")
  private @Nullable Path out;

  @Option(
      names = "--score",
      paramLabel = "X",
      description = "The smallest score of detections, 0 to 1; by default that of the model.")
  private @Nullable Double score;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description =
          "Write the detections in this format instead of drawings: coco or voc (a"
              + " file of results in their form), yolo (a file per picture), csv or json.")
  private @Nullable DetectionFormat format;

  @Option(
      names = "--overlay",
      paramLabel = "FILE",
      description =
          "Of a network that classifies pixels: write the picture with its classes in colours, as"
              + " .png, or those of several pictures into a folder.")
  private @Nullable Path overlay;

  @Option(
      names = "--boxes",
      paramLabel = "FROM",
      description =
          "Of a network of key points: one pose in each box that a detector finds or that labels"
              + " mark; the detector's file, or the folder of labels or a file in it.")
  private @Nullable Path boxes;

  @Option(
      names = "--tta",
      paramLabel = "flip",
      description =
          "Of a network of key points: look at mirror images too, and take the mean of both.")
  private @Nullable String tta;

  @Mixin private TileOptions tiles;
  @Mixin private WindowOptions windows;

  /** Returns how many classes are told of a picture. */
  int top(int usual) {
    return top == null ? usual : Range.atLeast("--top", top, 1);
  }

  boolean invert() {
    return invert;
  }

  boolean json() {
    return json;
  }

  boolean raw() {
    return raw;
  }

  Optional<Path> out() {
    return Optional.ofNullable(out);
  }

  /** Returns the least score that was given. */
  OptionalDouble score() {
    return score == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Range.fraction("--score", score, 1));
  }

  Optional<DetectionFormat> format() {
    return Optional.ofNullable(format);
  }

  Optional<Path> overlay() {
    return Optional.ofNullable(overlay);
  }

  Optional<Path> boxes() {
    return Optional.ofNullable(boxes);
  }

  Optional<String> views() {
    return Optional.ofNullable(tta);
  }

  TileOptions tiles() {
    return tiles;
  }

  WindowOptions windows() {
    return windows;
  }

  boolean givesTop() {
    return top != null;
  }
}
