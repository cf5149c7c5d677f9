package dev.fovea.formats.keras;

import dev.fovea.formats.weights.Layouts;
import dev.fovea.formats.weights.Weight;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The weights of Keras's layers, which lie in groups by the layers' names. */
final class KerasWeights {
  private final Hdf5 file;
  private final Group groups;

  /** Creates a view of the group that holds a group for each layer. */
  KerasWeights(Hdf5 file) {
    this.file = file;
    this.groups = file.group(file.root(), "model_weights").orElse(file.root());
  }

  /** Returns the data sets of a layer by the last part of their names, such as {@code kernel}. */
  private Map<String, Dataset> of(String layer) {
    Map<String, Dataset> all = new HashMap<>();
    Group group =
        file.group(groups, layer)
            .orElseThrow(
                () -> new FoveaException("has no weights of the layer " + Text.shown(layer)));
    for (String name : file.texts(group, "weight_names")) {
      String last = name.substring(name.lastIndexOf('/') + 1).split(":", 2)[0];
      file.node(group, name)
          .filter(Dataset.class::isInstance)
          .ifPresent(n -> all.put(last, (Dataset) n));
    }
    return all;
  }

  private Tensor tensor(Map<String, Dataset> all, String layer, String name) {
    Dataset d = all.get(name);
    if (d == null) {
      throw new FoveaException(
          "has no weights %s of the layer %s".formatted(name, Text.shown(layer)));
    }
    return file.tensor(d);
  }

  /** Returns the weights of a convolution or dense layer, which lie as in Fovea. */
  Map<String, Weight> kernel(String layer, boolean bias) {
    Map<String, Dataset> all = of(layer);
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("weight", (in, p) -> tensor(all, layer, "kernel"));
    if (bias) {
      values.put("bias", (in, p) -> tensor(all, layer, "bias"));
    }
    return values;
  }

  /** Returns the weights of a depthwise convolution: [kh, kw, C, M] ↦ [kh, kw, 1, C·M]. */
  Map<String, Weight> depthwise(String layer, boolean bias) {
    Map<String, Dataset> all = of(layer);
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("weight", (in, p) -> depthwise(tensor(all, layer, "depthwise_kernel")));
    if (bias) {
      values.put("bias", (in, p) -> tensor(all, layer, "bias"));
    }
    return values;
  }

  private static Tensor depthwise(Tensor t) {
    Shape s = t.shape();
    if (s.rank() != 4) {
      throw new FoveaException("a depthwise kernel of shape " + s + ", expected four axes");
    }
    return t.reshape(Shape.of(s.dim(0), s.dim(1), 1, Math.multiplyExact(s.dim(2), s.dim(3))));
  }

  /** Returns the weights of a depthwise and a pointwise convolution, one after the other. */
  Map<String, Weight> separable(String layer, boolean bias) {
    Map<String, Dataset> all = of(layer);
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("depthwise.weight", (in, p) -> depthwise(tensor(all, layer, "depthwise_kernel")));
    values.put("pointwise.weight", (in, p) -> tensor(all, layer, "pointwise_kernel"));
    if (bias) {
      values.put("pointwise.bias", (in, p) -> tensor(all, layer, "bias"));
    }
    return values;
  }

  /** Returns the weights of a batch normalisation; without scale or centre they are 1 or 0. */
  Map<String, Weight> norm(String layer, boolean scale, boolean center) {
    Map<String, Dataset> all = of(layer);
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("weight", (in, p) -> scale ? tensor(all, layer, "gamma") : Tensor.full(p, 1));
    values.put("bias", (in, p) -> center ? tensor(all, layer, "beta") : Tensor.zeros(p));
    values.put("running_mean", (in, p) -> tensor(all, layer, "moving_mean"));
    values.put("running_var", (in, p) -> tensor(all, layer, "moving_variance"));
    return values;
  }

  /** Returns the slopes of a PReLU; axes that share a slope have extent 1. */
  Map<String, Weight> prelu(String layer) {
    Map<String, Dataset> all = of(layer);
    return Map.of("weight", (in, p) -> sized(tensor(all, layer, "alpha"), p));
  }

  private static Tensor sized(Tensor t, Shape p) {
    return t.shape().elements() == p.elements() ? t.reshape(p) : Layouts.permute(t, axes(t));
  }

  private static int[] axes(Tensor t) {
    int[] order = new int[t.shape().rank()];
    java.util.Arrays.setAll(order, i -> i);
    return order;
  }
}
