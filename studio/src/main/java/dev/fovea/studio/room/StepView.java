package dev.fovea.studio.room;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.nn.Summary;
import dev.fovea.studio.state.LayerMaps;
import dev.fovea.studio.state.LiveTraining;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.web.Bundle;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What is shown of a training at a step: filters, maps of a sample, weights and their change. */
final class StepView {
  private static final int MOST_FILTERS = 64;

  private StepView() {}

  /**
   * A sample that is looked at.
   *
   * @param index its number
   * @param input the input, a batch of 1
   * @param label its class
   * @param classes the names of all classes
   */
  record Probe(int index, Tensor input, int label, List<String> classes) {
    static Probe of(Dataset data, int index) {
      Batch b = data.sample(index);
      return new Probe(index, b.input().copy(), (int) b.target().data()[0], data.classes());
    }

    /** Returns the name of its class; its number where the data set tells no names. */
    String className() {
      return label < classes.size() ? classes.get(label) : Integer.toString(label);
    }
  }

  /** Returns the view; where the step before is known, with the change of the weights since. */
  static Bundle of(LiveTraining.View view, Optional<Probe> probe, Optional<Model> before) {
    Model model = view.model();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("at", view.step());
    head.put("bits", bits(model));
    head.put("weights", weights(model, before));
    List<Summary.Row> rows = model.summary().rows();
    Map<String, Tensor> seen =
        probe.map(p -> OpenModel.watch(model).of(p.input())).orElse(Map.of());
    probe.ifPresent(p -> {
      head.put("sample", p.index());
      head.put("label", p.className());
      Tensor last = seen.get(rows.getLast().path());
      if (last != null) {
        head.put("shares", Bundle.list(model.output(0).probabilities(last.data())));
        head.put("classes", p.classes());
      }
    });
    Bundle bundle = LayerMaps.of(head, rows, seen);
    addFilters(bundle, model);
    return bundle;
  }

  /** Returns a number of the parameters that differs where one bit does. */
  static String bits(Model model) {
    float[] values = model.parameters().values();
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    bytes.asFloatBuffer().put(values);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Long.toHexString(crc.getValue());
  }

  private static List<Map<String, Object>> weights(Model model, Optional<Model> before) {
    return model.parameters().all().stream()
        .filter(p -> p.trainable() && p.shape().rank() > 1)
        .map(p -> weights(model, before, p))
        .toList();
  }

  private static Map<String, Object> weights(Model model, Optional<Model> before, Parameter p) {
    float[] now = model.parameters().tensor(p.name()).data();
    double norm = norm(now);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", p.name());
    fields.put("shape", p.shape().times());
    fields.put("norm", norm);
    before.ifPresent(b -> {
      float[] was = b.parameters().tensor(p.name()).data();
      for (int i = 0; i < was.length; i++) {
        was[i] = now[i] - was[i];
      }
      double change = norm(was);
      fields.put("change", change);
      fields.put("ratio", norm == 0 || change == 0 ? -99 : Math.log10(change / norm));
    });
    return fields;
  }

  private static double norm(float... values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return Math.sqrt(sum);
  }

  /** Adds the kernels of the first convolution as maps [filters, height, width]. */
  private static void addFilters(Bundle bundle, Model model) {
    model.parameters().all().stream()
        .filter(p -> p.shape().rank() == 4)
        .findFirst()
        .ifPresent(p -> {
          Shape s = p.shape();
          float[] w = model.parameters().tensor(p.name()).data();
          int shown = Math.min(MOST_FILTERS, s.dim(2) * s.dim(3));
          float[] maps = new float[shown * s.dim(0) * s.dim(1)];
          for (int i = 0; i < maps.length; i++) {
            int place = i % (s.dim(0) * s.dim(1));
            int filter = i / (s.dim(0) * s.dim(1));
            int inner = filter % s.dim(2);
            maps[i] = w[(place * s.dim(2) + inner) * s.dim(3) + filter / s.dim(2)];
          }
          bundle.add("first kernels", List.of(shown, s.dim(0), s.dim(1)), maps);
        });
  }
}
