package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.InputRule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of vision systems alone. */
final class SystemOptions {
  @Option(
      names = "--anchors",
      paramLabel = "LIST",
      description =
          "Anchors of a detector as WIDTHxHEIGHT in pixels of its input, the smallest first, such as"
              + " '16x16,39x38;46x43,87x78' with a ; between maps; auto (the default) fits them to"
              + " the boxes to train on.")
  private @Nullable String anchors;

  @Option(
      names = "--width",
      paramLabel = "X",
      description = "Factor of the channels of every layer of a detector (default: 1).")
  private @Nullable Double width;

  /**
   * Requires that nothing was said about systems.
   *
   * @throws FoveaException if something was, and the network is none
   */
  void requireNone(String net) {
    String given = anchors != null ? "--anchors" : width != null ? "--width" : "";
    if (!given.isEmpty()) {
      throw new FoveaException(
          "%s: is for vision systems such as yolo-tiny (see fovea zoo); %s is none"
              .formatted(given, net));
    }
  }

  /** Returns the name of the data set. */
  String dataName(DataOptions data, VisionSystem.Profile profile) {
    return data.name(LabelSets.SHAPES);
  }

  /** Opens the samples of a system. */
  LabelSplit open(DataOptions data, InputRule rule, VisionSystem system) {
    return data.openLabels(
        LabelSets.SHAPES,
        system.scenes(),
        LabelOptions.of(rule.preprocessing(), system.markings().toArray(Marking[]::new)));
  }

  /** Returns what a system is set up for. */
  Plan plan(VisionSystem system, LabelSplit labels, Preprocessing rule) {
    Plan plan =
        Plan.of(labels.train().things(), rule)
            .objects(labels.train().targets().get(0).shape().dim(0));
    if (width != null) {
      plan = plan.width(Range.positive("--width", width));
    }
    if (anchors != null) {
      plan = plan.with("anchors", anchors);
    }
    return system.fitted(plan, labels.train());
  }
}
