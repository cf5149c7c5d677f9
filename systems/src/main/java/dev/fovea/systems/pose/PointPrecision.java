package dev.fovea.systems.pose;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.CocoResult;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.KeyPointSimilarity;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import java.util.List;

/**
 * COCO's average precision of a detector's key points by their similarity, {@code oks_ap} and
 * {@code oks_ap50}, while a network is trained.
 *
 * @param reader how outputs are read, with a low least score
 * @param samples what is evaluated, with what is in the pictures
 */
public record PointPrecision(DetectionReader reader, LabelledData samples) implements Measure {
  @Override
  public List<String> names() {
    return List.of("oks_ap", "oks_ap50");
  }

  /** Returns what measures the key points of samples. */
  public static CocoEvaluation evaluation(LabelledData samples) {
    return CocoEvaluation.keyPoints(
        samples.things(), new KeyPointSimilarity(samples.skeleton().sigmas()));
  }

  @Override
  public Collector collect(Dataset data) {
    CocoEvaluation evaluation = evaluation(samples);
    return new Collector() {
      private int next;

      @Override
      public void add(Batch batch, List<Tensor> outputs) {
        for (int i = 0; i < batch.size(); i++, next++) {
          evaluation.add(
              BoxPrecision.truth(samples.labels(next)),
              reader.read(outputs, i, samples.placement(next)).stream().map(Found::of).toList());
        }
      }

      @Override
      public List<Double> values() {
        CocoResult result = evaluation.result();
        return List.of(BoxPrecision.known(result.ap()), BoxPrecision.known(result.ap50()));
      }
    };
  }
}
