package dev.fovea.systems.detect;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.systems.Detection;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.CocoResult;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.Truth;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import java.util.List;

/**
 * COCO's average precision of boxes, {@code ap} and {@code ap50}, while a network is trained.
 *
 * @param reader how outputs are read, with a low least score
 * @param samples what is evaluated, with what is in the pictures
 */
public record BoxPrecision(DetectionReader reader, LabelledData samples) implements Measure {
  @Override
  public List<String> names() {
    return List.of("ap", "ap50");
  }

  @Override
  public Collector collect(Dataset data) {
    CocoEvaluation evaluation = CocoEvaluation.boxes(samples.things());
    return new Collector() {
      private int next;

      @Override
      public void add(Batch batch, List<Tensor> outputs) {
        for (int i = 0; i < batch.size(); i++, next++) {
          List<Detection> found = reader.read(outputs, i, samples.placement(next));
          evaluation.add(truth(samples.labels(next)), found.stream().map(Found::of).toList());
        }
      }

      @Override
      public List<Double> values() {
        CocoResult result = evaluation.result();
        return List.of(known(result.ap()), known(result.ap50()));
      }
    };
  }

  /** Returns a figure of COCO's, NaN in place of the −1 that says that no class has it. */
  public static double known(double figure) {
    return figure < 0 ? Double.NaN : figure;
  }

  /** Returns what is in a picture as evaluations take it. */
  public static List<Truth> truth(LabelledPicture picture) {
    return picture.objects().stream().map(Truth::of).toList();
  }
}
