package dev.fovea.cli;

import dev.fovea.formats.Port;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The outputs of a network as they are, with the axes as in its file. */
final class Raw {
  private Raw() {}

  /** Returns the outputs for a sample by name. */
  static Map<String, Tensor> outputs(NetworkFile network, Tensor sample) {
    Tensor batch = sample.reshape(sample.shape().prepend(1));
    List<Tensor> results = network.model().run(List.of(batch));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      Port port = network.outputs().get(i);
      String name = outputs.containsKey(port.name()) ? port.name() + "_" + i : port.name();
      outputs.put(name, port.toFile(results.get(i)));
    }
    return outputs;
  }

  /**
   * Writes outputs: {@code .json} all to one file, {@code .npy} each to a file.
   *
   * @return the files
   * @throws FoveaException if the ending is another
   */
  static List<Path> write(Path file, Map<String, Tensor> outputs) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      AtomicFiles.write(file, Json.write(json(outputs)));
      return List.of(file);
    }
    requireEnding(file);
    List<Path> files = new ArrayList<>();
    outputs.forEach((key, t) -> {
      Path own = outputs.size() == 1 ? file : file.resolveSibling(numbered(file, files.size()));
      Npy.write(own, t);
      files.add(own);
    });
    return files;
  }

  /** Requires an ending that can be written. */
  static void requireEnding(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.endsWith(".npy") && !name.endsWith(".json")) {
      throw new FoveaException("--out " + file + ": its name must end in .npy or .json");
    }
  }

  private static String numbered(Path file, int i) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.length() - ".npy".length()) + "-" + i + ".npy";
  }

  /** Returns shape and values of each output. */
  static Map<String, Object> json(Map<String, Tensor> outputs) {
    Map<String, Object> fields = new LinkedHashMap<>();
    outputs.forEach((name, t) -> fields.put(name, json(t)));
    return fields;
  }

  private static Map<String, Object> json(Tensor t) {
    List<Object> values = new ArrayList<>(t.data().length);
    for (float x : t.data()) {
      values.add(Float.isFinite(x) ? (Object) x : Float.toString(x));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("shape", SummaryCommand.dims(t.shape()));
    fields.put("data", values);
    return fields;
  }

  /** Returns one line about each output. */
  static List<String> lines(Map<String, Tensor> outputs) {
    List<String> lines = new ArrayList<>();
    outputs.forEach((name, t) -> lines.add(line(name, t)));
    return lines;
  }

  private static String line(String name, Tensor t) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (float x : t.data()) {
      min = Math.min(min, x);
      max = Math.max(max, x);
      sum += x;
    }
    return String.format(
        Locale.ROOT,
        "  %s %s: %.6g to %.6g, mean %.6g",
        Text.shown(name),
        t.shape(),
        min,
        max,
        sum / Math.max(1, t.data().length));
  }
}
