package dev.fovea.formats.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.tensor.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A small network of Keras. */
public final class KerasFiles {
  private KerasFiles() {}

  /** Returns a configuration of the usual layers, on pictures of 7×6 with 3 channels. */
  public static String config() {
    return """
    {"class_name": "Functional", "config": {"name": "small", "layers": [
    {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 7, 6, 3],
      "name": "in"}, "name": "in", "inbound_nodes": []},
    {"class_name": "Conv2D", "config": {"name": "conv", "filters": 4, "kernel_size": [3, 3],
      "strides": [2, 2], "padding": "same", "activation": "relu", "use_bias": true},
      "name": "conv", "inbound_nodes": [[["in", 0, 0, {}]]]},
    {"class_name": "BatchNormalization", "config": {"name": "bn", "axis": [3],
      "momentum": 0.99, "epsilon": 0.001, "scale": false}, "name": "bn",
      "inbound_nodes": [[["conv", 0, 0, {}]]]},
    {"class_name": "SeparableConv2D", "config": {"name": "sep", "filters": 4,
      "kernel_size": [3, 3], "padding": "same", "use_bias": false}, "name": "sep",
      "inbound_nodes": [[["bn", 0, 0, {}]]]},
    {"class_name": "Add", "config": {"name": "add"}, "name": "add",
      "inbound_nodes": [[["sep", 0, 0, {}], ["conv", 0, 0, {}]]]},
    {"class_name": "MaxPooling2D", "config": {"name": "pool", "pool_size": [2, 2],
      "padding": "same"}, "name": "pool", "inbound_nodes": [[["add", 0, 0, {}]]]},
    {"class_name": "Flatten", "config": {"name": "flat"}, "name": "flat",
      "inbound_nodes": [[["pool", 0, 0, {}]]]},
    {"class_name": "Dense", "config": {"name": "fc", "units": 3, "activation": "softmax"},
      "name": "fc", "inbound_nodes": [[["flat", 0, 0, {}]]]}],
    "input_layers": [["in", 0, 0]], "output_layers": [["fc", 0, 0]]}}
    """;
  }

  /** Returns the weights of {@link #config} by layer and name. */
  public static Map<String, Map<String, Tensor>> weights() {
    return Map.of(
        "conv",
        Map.of("kernel", RandomTensors.random(1, 3, 3, 3, 4), "bias", RandomTensors.random(2, 4)),
        "bn",
        Map.of(
            "beta", RandomTensors.random(3, 4),
            "moving_mean", RandomTensors.random(4, 4),
            "moving_variance", RandomTensors.positive(5, 4)),
        "sep",
        Map.of(
            "depthwise_kernel", RandomTensors.random(6, 3, 3, 4, 1),
            "pointwise_kernel", RandomTensors.random(7, 1, 1, 4, 4)),
        "fc",
        Map.of(
            "kernel", RandomTensors.random(8, 2 * 2 * 4, 3), "bias", RandomTensors.random(9, 3)));
  }

  /** Writes a file. */
  public static void write(Path file, String config, Map<String, Map<String, Tensor>> weights) {
    write(file, "2.4.0", config, weights);
  }

  /** Writes a file of a version of Keras. */
  public static void write(
      Path file, String version, String config, Map<String, Map<String, Tensor>> weights) {
    try (WritableHdfFile out = HdfFile.write(file)) {
      out.putAttribute("model_config", config);
      out.putAttribute("keras_version", version);
      WritableGroup all = out.putGroup("model_weights");
      weights.forEach((layer, tensors) -> {
        WritableGroup group = all.putGroup(layer);
        List<String> names = tensors.keySet().stream().sorted().toList();
        group.putAttribute(
            "weight_names", names.stream().map(n -> layer + "/" + n + ":0").toArray(String[]::new));
        WritableGroup inner = group.putGroup(layer);
        names.forEach(n -> inner.putDataset(n + ":0", nested(tensors.get(n))));
      });
    }
  }

  /** Writes a whole model whose outermost layers list weights by their whole names. */
  public static void nested(
      Path file, String config, Map<String, Map<String, Tensor>> weightsByLayer) {
    try (WritableHdfFile out = HdfFile.write(file)) {
      out.putAttribute("model_config", config);
      out.putAttribute("keras_version", "3.15.1");
      WritableGroup all = out.putGroup("model_weights");
      weightsByLayer.forEach((layer, tensors) -> {
        WritableGroup group = all.putGroup(layer);
        group.putAttribute("weight_names", tensors.keySet().toArray(String[]::new));
        Map<String, WritableGroup> groups = new HashMap<>();
        tensors.forEach((name, t) -> put(group, groups, name, t));
      });
    }
  }

  /** Writes an archive of Keras 3: the configuration and weights by their paths. */
  public static void archive(Path file, String config, Map<String, Tensor> weights) {
    archive(file, config.getBytes(UTF_8), weightsFile(weights));
  }

  /** Returns the HDF5 file of an archive. */
  public static byte[] weightsFile(Map<String, Tensor> weights) {
    try {
      Path inner = Files.createTempFile("weights", ".h5");
      try (WritableHdfFile out = HdfFile.write(inner)) {
        Map<String, WritableGroup> groups = new HashMap<>();
        weights.forEach((path, t) -> put(out, groups, path, t));
      }
      byte[] bytes = Files.readAllBytes(inner);
      Files.delete(inner);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes an archive of Keras 3 of the bytes of its parts. */
  public static void archive(Path file, byte[] config, byte[] weights) {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      entry(zip, "metadata.json", "{\"keras_version\": \"3.15.1\"}".getBytes(UTF_8));
      entry(zip, "config.json", config);
      entry(zip, "model.weights.h5", weights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the configuration of a network of layers that hold others. */
  public static String holders() {
    return """
    {"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, 3, 4]}},
    {"class_name": "Normalization", "config": {"name": "n", "axis": [-1],
      "mean": [[0, 1, 2, 3]], "variance": [1, 1, 2, 2]}},
    {"class_name": "Functional", "config": {"name": "f", "layers": [
      {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 3, 4]},
        "name": "x", "inbound_nodes": []},
      {"class_name": "Permute", "config": {"name": "p", "dims": [2, 1]}, "name": "p",
        "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
          {"keras_history": ["x", 0, 0]}}], "kwargs": {}}]}],
      "input_layers": ["x", 0, 0], "output_layers": [["p", 0, 0]]}},
    {"class_name": "TimeDistributed", "config": {"name": "t", "layer":
      {"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": "relu"}}}},
    {"class_name": "Bidirectional", "config": {"name": "b", "merge_mode": "concat", "layer":
      {"class_name": "LSTM", "config": {"name": "l", "units": 2, "return_sequences": true}}}},
    {"class_name": "LayerNormalization", "config": {"name": "ln", "axis": [1, 2]}}]}}
    """;
  }

  /** Returns the weights of {@link #holders} by their paths. */
  public static Map<String, Tensor> holdersWeights() {
    Map<String, Tensor> all = new HashMap<>();
    all.put("layers/time_distributed/layer/vars/0", RandomTensors.random(1, 3, 2));
    all.put("layers/time_distributed/layer/vars/1", RandomTensors.random(2, 2));
    for (String way : List.of("forward", "backward")) {
      String cell = "layers/bidirectional/" + way + "_layer/cell/vars/";
      all.put(cell + 0, RandomTensors.random(3, 2, 8));
      all.put(cell + 1, RandomTensors.random(4, 2, 8));
      all.put(cell + 2, RandomTensors.random(5, 8));
    }
    all.put("layers/layer_normalization/vars/0", RandomTensors.random(6, 4, 4));
    all.put("layers/layer_normalization/vars/1", RandomTensors.random(7, 4, 4));
    return all;
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static void put(
      WritableGroup root, Map<String, WritableGroup> groups, String path, Tensor t) {
    WritableGroup at = root;
    String so = "";
    String[] parts = path.split("/", -1);
    for (int i = 0; i < parts.length - 1; i++) {
      so += "/" + parts[i];
      WritableGroup above = at;
      String name = parts[i];
      at = groups.computeIfAbsent(so, p -> above.putGroup(name));
    }
    at.putDataset(parts[parts.length - 1], nested(t));
  }

  /** Returns the numbers as Java's arrays of arrays, as jHDF takes them. */
  private static Object nested(@org.jspecify.annotations.Nullable Tensor t) {
    if (t == null) {
      throw new IllegalArgumentException("no tensor");
    }
    return nested(t, 0, 0);
  }

  private static Object nested(Tensor t, int axis, int from) {
    int[] dims = t.shape().dims();
    if (axis == dims.length - 1) {
      return java.util.Arrays.copyOfRange(t.data(), from, from + dims[axis]);
    }
    int step = t.shape().strides()[axis];
    Object[] parts = new Object[dims[axis]];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = nested(t, axis + 1, from + i * step);
    }
    Object typed = java.lang.reflect.Array.newInstance(parts[0].getClass(), parts.length);
    System.arraycopy(parts, 0, typed, 0, parts.length);
    return typed;
  }
}
