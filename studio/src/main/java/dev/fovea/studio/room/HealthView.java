package dev.fovea.studio.room;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Dataset;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.unit.UnitHealth;
import dev.fovea.nn.Model;
import dev.fovea.studio.state.LiveTraining;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.web.Bundle;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the units of each layer of a training fare: which are dead, how much is saturated. */
final class HealthView {
  private static final int SAMPLES = 200;

  private HealthView() {}

  /** Looks at the first 200 samples of a data set. */
  static Bundle of(LiveTraining.View view, Dataset test) {
    Model model = view.model();
    try (BatchStream samples = test.take(SAMPLES).batches(SAMPLES).open(Seed.of(0))) {
      Batch batch = samples.next();
      if (batch == null) {
        throw new FoveaException("train: there are no samples to test with");
      }
      List<Map<String, Object>> layers =
          UnitHealth.of(Layers.of(model), OpenModel.watch(model), batch.input()).stream()
              .map(HealthView::tell)
              .toList();
      return new Bundle(Map.of("at", view.step(), "samples", batch.size(), "layers", layers));
    }
  }

  private static Map<String, Object> tell(UnitHealth h) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", h.layer());
    fields.put("channels", h.channels());
    fields.put("dead", h.dead());
    fields.put("saturated", h.saturated());
    fields.put("mean", h.mean());
    fields.put("deviation", h.deviation());
    return fields;
  }
}
