package dev.fovea.formats.keras;

import dev.fovea.formats.keras.Inbound.Reference;
import dev.fovea.formats.weights.LayerFunctions;
import dev.fovea.formats.weights.LayerGraph;
import dev.fovea.formats.weights.Missing;
import dev.fovea.formats.weights.NodeStep;
import dev.fovea.formats.weights.Weight;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a network of a Keras model's configuration; models that are layers dissolve in it. */
final class KerasNetwork {
  private static final int MOST_PASSES = 1000;
  private static final int MAX_DEPTH = 12;

  private final LayerGraph.Builder graph = new LayerGraph.Builder();
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
    Map<String, String> inputs = new LinkedHashMap<>();
    for (LayerConfig c : config.layers()) {
      if (c.kind().equals("InputLayer")) {
        inputs.put(c.name(), network.graph.input(c.name(), input(c)));
      }
    }
    List<String> ends =
        network.new Uses(new LayerPlace(List.of(), "", ""), 0).addUses(config, inputs);
    network.missing.require("model_config");
    Map<String, String> outputs = new LinkedHashMap<>();
    for (int i = 0; i < ends.size(); i++) {
      Reference r = config.outputs().get(i);
      outputs.put(r.layer() + (outputs.containsKey(r.layer()) ? "_" + i : ""), ends.get(i));
    }
    return network.graph.build(outputs);
  }

  /** One use of a layer. */
  private record Use(LayerConfig layer, LayerPlace place, int number) {}

  /** The uses of the layers of one model, at one use of it. */
  private final class Uses {
    private final LayerPlace around;
    private final int depth;
    private final Map<Reference, String> results = new HashMap<>();
    private final Map<String, Integer> uncounted = new HashMap<>();

    /**
     * Creates those of a model.
     *
     * @param depth in how many other models it is
     */
    Uses(LayerPlace around, int depth) {
      this.around = around;
      this.depth = depth;
      if (depth > MAX_DEPTH) {
        throw new FoveaException("models nested deeper than " + MAX_DEPTH);
      }
    }

    /**
     * Adds all uses.
     *
     * @param inputs the nodes that the model takes, by the names of its inputs
     * @return the nodes that give its outputs
     */
    List<String> addUses(ModelConfig config, Map<String, String> inputs) {
      inputs.forEach((name, node) -> results.put(new Reference(name, 0, 0), node));
      config.layers().forEach(c -> noteUncounted(c, config));
      addAll(config.layers());
      List<String> ends = new ArrayList<>();
      for (Reference r : config.outputs()) {
        @Nullable String node = results.get(r);
        if (node == null) {
          throw new FoveaException("the output " + Text.shown(r.layer()) + " is of no layer");
        }
        ends.add(node);
      }
      return ends;
    }

    /**
     * Notes how many uses of a model are not in the file: Keras counts that in which the model was
     * made as its first, and numbers those in the file from 1 then.
     */
    private void noteUncounted(LayerConfig c, ModelConfig config) {
      if (ModelConfig.KINDS.contains(c.kind())) {
        int last =
            Stream.concat(
                    config.outputs().stream(),
                    config.layers().stream()
                        .flatMap(l -> l.inbound().stream())
                        .flatMap(i -> i.results().stream()))
                .filter(r -> r.layer().equals(c.name()))
                .mapToInt(Reference::use)
                .max()
                .orElse(0);
        uncounted.put(c.name(), Math.max(0, last - c.inbound().size() + 1));
      }
    }

    /** Adds uses whose inputs are there, until none is left or none can be added. */
    private void addAll(List<LayerConfig> all) {
      List<Use> open = new ArrayList<>();
      Map<String, Integer> counts = new HashMap<>();
      for (LayerConfig c : all) {
        LayerPlace place = LayerPlace.in(around, depth == 0, c, counts);
        for (int i = 0; i < c.inbound().size() && !c.kind().equals("InputLayer"); i++) {
          open.add(new Use(c, place, i));
        }
      }
      if (open.size() > LayerGraph.MAX_NODES) {
        throw new FoveaException("more than " + LayerGraph.MAX_NODES + " layers");
      }
      // Saved by Keras they stand in the order of use; of the reverse the passes would be
      // quadratic.
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
      for (Reference r : use.layer.inbound().get(use.number).results()) {
        @Nullable String node = results.get(r);
        if (node == null) {
          return false;
        }
        from.add(node);
      }
      List<String> ends =
          ModelConfig.KINDS.contains(use.layer.kind()) ? model(use, from) : List.of(add(use, from));
      for (int i = 0; i < ends.size(); i++) {
        int number = use.number + uncounted.getOrDefault(use.layer.name(), 0);
        results.put(new Reference(use.layer.name(), number, i), ends.get(i));
      }
      return true;
    }

    /** Adds the layers of a model that is a layer of this one. */
    private List<String> model(Use use, List<String> from) {
      ModelConfig config = ModelConfig.of(use.layer);
      if (config.inputs().size() != from.size()) {
        throw new FoveaException(
            "model %s: takes %s inputs, got %s"
                .formatted(Text.shown(use.layer.name()), config.inputs().size(), from.size()));
      }
      Map<String, String> inputs = new LinkedHashMap<>();
      for (int i = 0; i < from.size(); i++) {
        inputs.put(config.inputs().get(i).layer(), from.get(i));
      }
      return new Uses(use.place, depth + 1).addUses(config, inputs);
    }
  }

  /** Adds one use of a layer; returns the node that gives its result. */
  private String add(Use use, List<String> from) {
    LayerConfig c = use.layer;
    Inbound arguments = c.inbound().get(use.number);
    String key = use.place.path() + "/" + c.name();
    boolean first = !made.containsKey(key);
    KerasLayers.@Nullable Made step = first ? layers.of(c, use.place, arguments) : made.get(key);
    if (step == null) {
      missing.add(c.kind(), c.name());
      step = new KerasLayers.Made(NodeStep.of(LayerFunctions.identity()), Map::of);
    } else {
      requireKnown(c, arguments);
    }
    made.put(key, step);
    // Once something is missing nothing is built any more, and weights need not be there.
    Map<String, Weight> values = first && missing.isEmpty() ? step.weights().get() : Map.of();
    String node = graph.add(use.place.fullName(), c.kind(), step.step(), from, values);
    boolean activated = !KerasLayers.ACTS_ITSELF.contains(c.kind());
    return activated && c.field("activation").isPresent() ? activation(use, node) : node;
  }

  private static void requireKnown(LayerConfig c, Inbound arguments) {
    for (String name : arguments.others().keySet()) {
      throw new FoveaException(
          "%s at %s: called with %s, which is not supported"
              .formatted(Text.shown(c.kind()), Text.shown(c.name()), name));
    }
  }

  private String activation(Use use, String node) {
    LayerConfig function = use.layer.function("activation", "linear");
    if (function.text("activation", "").equals("linear")) {
      return node;
    }
    KerasLayers.@Nullable Made made = layers.function(function);
    if (made == null) {
      String name = function.text("activation", function.kind());
      missing.add("activation " + Text.shown(name), use.layer.name());
      return node;
    }
    return graph.add(
        use.place.fullName() + "_activation", "Activation", made.step(), List.of(node));
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
