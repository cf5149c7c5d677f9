package dev.fovea.studio.room;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Dataset;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.unit.UnitHealth;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.studio.state.LiveTraining;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.web.Bundle;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How the units of each layer of a training fare: which are dead, how much is saturated. */
final class HealthView {
  private static final int SAMPLES = 200;

  /** So many numbers of layers are held at once, those of one sample at least. */
  private static final long MOST_NUMBERS = 1 << 25;

  private HealthView() {}

  /** Looks at the first 200 samples of a data set. */
  static Bundle of(LiveTraining.View view, Dataset test) {
    Model model = view.model();
    long each = model.summary().rows().stream().mapToLong(r -> r.output().elements()).sum();
    int batch = Math.clamp(MOST_NUMBERS / Math.max(1, each), 1, SAMPLES);
    Found found = found(model, test, batch);
    List<Map<String, Object>> layers = found.layers.stream().map(HealthView::tell).toList();
    return new Bundle(Map.of("at", view.step(), "samples", found.samples, "layers", layers));
  }

  /** How the layers fare on so many samples. */
  record Found(int samples, List<UnitHealth> layers) {
    /** Returns how the layers fare on these samples and on others. */
    private Found with(int others, List<UnitHealth> of) {
      double share = (double) others / (samples + others);
      return new Found(
          samples + others,
          samples == 0
              ? of
              : IntStream.range(0, of.size())
                  .mapToObj(i -> joined(layers.get(i), of.get(i), share))
                  .toList());
    }
  }

  /** Looks at the samples batch by batch. */
  static Found found(Model model, Dataset test, int batch) {
    Layers layers = Layers.of(model);
    Observer watch = OpenModel.watch(model);
    Found found = new Found(0, List.of());
    try (BatchStream samples = test.take(SAMPLES).batches(batch).open(Seed.of(0))) {
      for (Batch b = samples.next(); b != null; b = samples.next()) {
        found = found.with(b.size(), UnitHealth.of(layers, watch, b.input()));
      }
    }
    if (found.samples == 0) {
      throw new FoveaException("train: there are no samples to test with");
    }
    return found;
  }

  /** Returns the health on the samples of two batches, of which the second has this share. */
  private static UnitHealth joined(UnitHealth a, UnitHealth b, double share) {
    double rest = 1 - share;
    double apart = a.mean() - b.mean();
    double variance =
        rest * a.deviation() * a.deviation()
            + share * b.deviation() * b.deviation()
            + rest * share * apart * apart;
    return new UnitHealth(
        a.layer(),
        a.channels(),
        a.dead().stream().filter(new HashSet<>(b.dead())::contains).toList(),
        rest * a.saturated() + share * b.saturated(),
        rest * a.mean() + share * b.mean(),
        Math.sqrt(variance));
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
