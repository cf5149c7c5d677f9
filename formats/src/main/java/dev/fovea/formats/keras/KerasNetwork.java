package dev.fovea.formats.keras;

import dev.fovea.formats.weights.Functions;
import dev.fovea.formats.weights.LayerGraph;
import dev.fovea.formats.weights.Missing;
import dev.fovea.formats.weights.Step;
import dev.fovea.formats.weights.Weight;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a network of a Keras model's configuration. */
final class KerasNetwork {
  private static final int MOST_PASSES = 1000;

  private final LayerGraph.Builder graph = new LayerGraph.Builder();
  private final Map<LayerConfig.Reference, String> results = new HashMap<>();
  private final Map<String, KerasLayers.Made> made = new HashMap<>();
  private final Missing missing = new Missing();
  private final KerasLayers layers;

  private KerasNetwork(KerasWeights weights, boolean modern) {
    this.layers = new KerasLayers(weights, modern);
  }

  /**
   * Returns the network of a configuration.
   *
   * @param modern whether Keras 3 or a later one wrote it
   */
  static LayerGraph of(ModelConfig config, KerasWeights weights, boolean modern) {
    KerasNetwork network = new KerasNetwork(weights, modern);
    network.addAll(config.layers());
    network.missing.require("model_config");
    Map<String, String> outputs = new LinkedHashMap<>();
    for (LayerConfig.Reference r : config.outputs()) {
      String node = network.results.get(r);
      if (node == null) {
        throw new FoveaException("the output " + Text.shown(r.layer()) + " is of no layer");
      }
      outputs.put(r.layer() + (outputs.containsKey(r.layer()) ? "_" + r.use() : ""), node);
    }
    return network.graph.build(outputs);
  }

  /** One use of a layer. */
  private record Use(LayerConfig layer, int number) {}

  /** Adds uses whose inputs are there, until none is left or none can be added. */
  private void addAll(List<LayerConfig> all) {
    List<Use> open = new ArrayList<>();
    for (LayerConfig c : all) {
      if (c.kind().equals("InputLayer")) {
        results.put(new LayerConfig.Reference(c.name(), 0), graph.input(c.name(), input(c)));
      }
      for (int i = 0; i < c.inbound().size() && !c.kind().equals("InputLayer"); i++) {
        open.add(new Use(c, i));
      }
    }
    if (open.size() > LayerGraph.MAX_NODES) {
      throw new FoveaException("more than " + LayerGraph.MAX_NODES + " layers");
    }
    // Saved by Keras they stand in the order of use; of the reverse the passes would be quadratic.
    int passes = 0;
    while (!open.isEmpty()) {
      int before = open.size();
      open.removeIf(this::tried);
      if (++passes > MOST_PASSES) {
        throw new FoveaException("lists layers before those whose results they take");
      }
      if (open.size() == before) {
        throw new FoveaException(
            "layer %s takes what no layer gives".formatted(Text.shown(open.get(0).layer.name())));
      }
    }
  }

  private boolean tried(Use use) {
    List<String> from = new ArrayList<>();
    for (LayerConfig.Reference r : use.layer.inbound().get(use.number)) {
      String node = results.get(r);
      if (node == null) {
        return false;
      }
      from.add(node);
    }
    add(use, from);
    return true;
  }

  private void add(Use use, List<String> from) {
    LayerConfig c = use.layer;
    boolean first = !made.containsKey(c.name());
    KerasLayers.@Nullable Made step = first ? layers.of(c) : made.get(c.name());
    if (step == null) {
      missing.add(c.kind(), c.name());
      step = new KerasLayers.Made(Step.of(Functions.identity()), Map::of);
    }
    made.put(c.name(), step);
    // Once something is missing nothing is built any more, and weights need not be there.
    Map<String, Weight> values = first && missing.isEmpty() ? step.weights().get() : Map.of();
    String node = graph.add(c.name(), c.kind(), step.step(), from, values);
    boolean activated = !c.kind().equals("Activation") && c.field("activation").isPresent();
    String end = activated ? activation(c, node) : node;
    results.put(new LayerConfig.Reference(c.name(), use.number), end);
  }

  private String activation(LayerConfig c, String node) {
    String name = c.activation();
    @Nullable Layer layer = layers.activation(name);
    if (layer == null) {
      missing.add("activation " + Text.shown(name), c.name());
      return node;
    }
    boolean none = name.equals("linear");
    return none
        ? node
        : graph.add(c.name() + "_" + name, "Activation", Step.of(layer), List.of(node));
  }

  private static Shape input(LayerConfig c) {
    Object dims =
        c.field("batch_input_shape")
            .or(() -> c.field("batch_shape"))
            .orElseThrow(
                () -> new FoveaException("input " + Text.shown(c.name()) + ": has no shape"));
    List<Object> all = Json.array(dims, "input " + c.name());
    int[] sample = new int[Math.max(0, all.size() - 1)];
    for (int i = 0; i < sample.length; i++) {
      Object d = all.get(i + 1);
      if (!(d instanceof Long n) || n < 1 || n > 1 << 24 || sample.length >= Shape.MAX_RANK) {
        throw new FoveaException(
            "input %s: has the shape %s, only the batch may be free"
                .formatted(Text.shown(c.name()), Text.shown(Json.write(all))));
      }
      sample[i] = n.intValue();
    }
    if (sample.length == 0) {
      throw new FoveaException("input " + Text.shown(c.name()) + ": has no axes");
    }
    return Shape.of(sample);
  }
}
