package dev.fovea.formats.testing;

import dev.fovea.tensor.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
        Map.of("kernel", Numbers.random(1, 3, 3, 3, 4), "bias", Numbers.random(2, 4)),
        "bn",
        Map.of(
            "beta", Numbers.random(3, 4),
            "moving_mean", Numbers.random(4, 4),
            "moving_variance", Numbers.positive(5, 4)),
        "sep",
        Map.of(
            "depthwise_kernel", Numbers.random(6, 3, 3, 4, 1),
            "pointwise_kernel", Numbers.random(7, 1, 1, 4, 4)),
        "fc",
        Map.of("kernel", Numbers.random(8, 2 * 2 * 4, 3), "bias", Numbers.random(9, 3)));
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
