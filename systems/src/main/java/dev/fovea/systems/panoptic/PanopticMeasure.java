package dev.fovea.systems.panoptic;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.measure.PanopticQuality;
import dev.fovea.systems.measure.PanopticResult;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Panoptic quality, {@code pq}, and what it is the product of for each class, the means of {@code
 * sq} and {@code rq}, while a network is trained.
 *
 * @param reader how outputs are read
 * @param truth how labels become segments
 * @param samples what is evaluated, with what is in the pictures
 */
public record PanopticMeasure(PanopticReader reader, PanopticTruth truth, LabelledData samples)
    implements Measure {
  @Override
  public List<String> names() {
    return List.of("pq", "sq", "rq");
  }

  /** Returns what measures segments of such a truth. */
  public static PanopticQuality quality(PanopticTruth truth) {
    return new PanopticQuality(
        truth.classes(),
        IntStream.range(0, truth.things().size()).boxed().collect(Collectors.toSet()));
  }

  @Override
  public Collector collect(Dataset data) {
    PanopticQuality quality = quality(truth);
    return new Collector() {
      private int next;

      @Override
      public void add(Batch batch, List<Tensor> outputs) {
        for (int i = 0; i < batch.size(); i++, next++) {
          quality.add(
              truth.of(samples.labels(next)),
              reader.read(outputs, i, samples.placement(next)).map());
        }
      }

      @Override
      public List<Double> values() {
        PanopticResult.Mean all = quality.result().all();
        return List.of(all.pq(), all.sq(), all.rq());
      }
    };
  }
}
