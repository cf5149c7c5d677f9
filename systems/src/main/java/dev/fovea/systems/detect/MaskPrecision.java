package dev.fovea.systems.detect;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.systems.Detection;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.mask.PixelBox;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.CocoResult;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.Truth;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import dev.fovea.vision.Placement.Size;
import java.util.List;

/**
 * COCO's average precision of masks, {@code mask_ap} and {@code mask_ap50}, while a network is
 * trained: overlaps are those of pixels of the picture.
 *
 * @param reader how outputs are read, with a low least score
 * @param samples what is evaluated, with what is in the pictures
 */
public record MaskPrecision(DetectionReader reader, LabelledData samples) implements Measure {
  @Override
  public List<String> names() {
    return List.of("mask_ap", "mask_ap50");
  }

  @Override
  public Collector collect(Dataset data) {
    CocoEvaluation evaluation = CocoEvaluation.masks(samples.things());
    return new Collector() {
      private int next;

      @Override
      public void add(Batch batch, List<Tensor> outputs) {
        for (int i = 0; i < batch.size(); i++, next++) {
          List<Detection> found = reader.read(outputs, i, samples.placement(next));
          MaskPrecision.add(evaluation, samples.labels(next), found);
        }
      }

      @Override
      public List<Double> values() {
        CocoResult result = evaluation.result();
        return List.of(BoxPrecision.known(result.ap()), BoxPrecision.known(result.ap50()));
      }
    };
  }

  /**
   * Adds what is in a picture and what was found there. An object whose mask is not known counts as
   * a crowd in its box: it is neither found nor missed.
   */
  public static void add(
      CocoEvaluation evaluation, LabelledPicture picture, List<Detection> found) {
    evaluation.add(truth(picture), found(picture, found));
  }

  /** Returns what is in a picture, with masks, as evaluations take it. */
  public static List<Truth> truth(LabelledPicture picture) {
    Size size = picture.size();
    return picture.objects().stream().map(o -> truth(o, size)).toList();
  }

  /** Returns what was found in a picture, with masks where the network tells them. */
  public static List<Found> found(LabelledPicture picture, List<Detection> detections) {
    Size size = picture.size();
    return detections.stream().map(d -> Found.of(d, size.height(), size.width())).toList();
  }

  private static Truth truth(LabelledObject object, Size size) {
    Truth truth = Truth.of(object, size.height(), size.width());
    if (truth.mask().isPresent()) {
      return truth;
    }
    PixelBox around = PixelBox.around(object.box());
    return truth
        .as(Truth.Role.CROWD)
        .with(RunLengths.of(size.height(), size.width(), around, (x, y) -> true));
  }
}
