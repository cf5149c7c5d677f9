package dev.fovea.systems.detect;

import dev.fovea.data.Task;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Placement.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Detectors that suppress boxes by themselves: their output is what is found, a fixed number of
 * rows [left, top, right, bottom, score, class] in pixels of the input, whatever tells boxes.
 */
public final class SelfSuppressing {
  /** Texts by which the network before would be built again. */
  private static final List<String> OF_THE_SYSTEM = List.of("net", "system");

  /** By how much the IoU of two boxes may differ between the network and who reads it. */
  private static final double ROUNDING = 1e-6;

  private SelfSuppressing() {}

  /**
   * Returns a detector whose network ends with decoding and suppression; itself if it does so
   * already, as those of two stages do. Its metadata says that it does.
   *
   * @param input the size of the network's input
   * @param score the least score of what is found; that of use if empty. A network that suppresses
   *     by itself keeps its own
   * @throws FoveaException if the model is no detector, its boxes are not told in a graph, or the
   *     score is not in 0 … 1
   */
  public static Model of(Model detector, Size input, Optional<Double> score) {
    String text = detector.metadata().get(DetectionRule.KEY);
    if (text == null) {
      throw new FoveaException(
          "suppression: the network is no detector: its metadata has no \"%s\""
              .formatted(DetectionRule.KEY));
    }
    DetectionRule own = DetectionRule.parse(text, "model");
    DetectionRule rule = score.map(own::score).orElse(own);
    if (suppresses(own)) {
      return detector;
    }
    // A box of the least score counts, and the step takes those above a score.
    FoundRows rows =
        new FoundRows(
            Math.nextDown((float) rule.score()),
            rule.overlap(),
            rule.most(),
            0,
            input.height(),
            input.width());
    Model all = detector.then(outputs -> List.of(found(rule.decoder(), rows, outputs)));
    all.setTask(0, Task.BOXES);
    Map<String, String> texts = new LinkedHashMap<>(all.metadata());
    // Tiles of a picture are merged by the same overlap; what stayed once stays, however rounded.
    double overlap = Math.min(1, rule.overlap() + ROUNDING);
    DetectionRule read =
        new DetectionRule(new RegionDecoder(false), rule.score(), overlap, rule.most());
    texts.put(DetectionRule.KEY, read.toText());
    OF_THE_SYSTEM.forEach(texts::remove);
    return all.withMetadata(texts);
  }

  /** Returns whether a model is a detector that suppresses boxes by itself. */
  public static boolean suppresses(Model detector) {
    String text = detector.metadata().get(DetectionRule.KEY);
    return text != null && suppresses(DetectionRule.parse(text, "model"));
  }

  private static boolean suppresses(DetectionRule rule) {
    return rule.decoder() instanceof RegionDecoder;
  }

  private static Signal found(BoxDecoder decoder, FoundRows rows, List<Signal> outputs) {
    List<Value> values = outputs.stream().map(Signal::value).toList();
    ToldBoxes told =
        decoder
            .told(values)
            .orElseThrow(() ->
                new FoveaException(
                    "suppression: boxes of \"%s\" are read outside of the network"
                        .formatted(decoder.kind())));
    return outputs.get(0).with(rows.of(told));
  }
}
