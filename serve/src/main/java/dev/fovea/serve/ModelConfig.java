package dev.fovea.serve;

import dev.fovea.formats.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model in the form of Triton's model configuration, which its clients ask for. */
final class ModelConfig {
  /** What computes the models. */
  static final String PLATFORM = "fovea";

  private ModelConfig() {}

  static Map<String, Object> of(LoadedModel model) {
    ServedModel m = model.served();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", m.name());
    fields.put("platform", PLATFORM);
    fields.put("backend", PLATFORM);
    fields.put("max_batch_size", m.batching().maxBatch());
    fields.put("input", ports(m.inputs()));
    fields.put("output", ports(m.outputs()));
    fields.put(
        "dynamic_batching",
        Map.of("max_queue_delay_microseconds", m.batching().maxDelay().toNanos() / 1_000));
    return fields;
  }

  private static List<Object> ports(List<Port> ports) {
    List<Object> all = new ArrayList<>();
    for (Port p : ports) {
      List<Object> dims = new ArrayList<>();
      for (int d : p.fileSample().dims()) {
        dims.add(d);
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", p.name());
      one.put("data_type", "TYPE_FP32");
      one.put("dims", dims);
      all.add(one);
    }
    return all;
  }
}
