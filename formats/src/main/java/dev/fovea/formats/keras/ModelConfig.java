package dev.fovea.formats.keras;

import dev.fovea.formats.keras.Inbound.Reference;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layers of a Keras model, which of their results are its inputs and which its outputs.
 *
 * @param layers the layers in the order of the file
 * @param inputs the layers that are inputs
 * @param outputs the results
 */
record ModelConfig(List<LayerConfig> layers, List<Reference> inputs, List<Reference> outputs) {
  /** The classes of models whose layers are in their configuration. */
  static final List<String> KINDS = List.of("Sequential", "Functional", "Model");

  private static final int MAX_LAYERS = 5000;

  /** Copies the lists. */
  ModelConfig {
    layers = List.copyOf(layers);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Parses the configuration of a whole model.
   *
   * @param where what the file calls it
   */
  static ModelConfig parse(String json, String where) {
    return of(LayerConfig.parse(Json.parseObject(json, where), where));
  }

  /** Returns the model of a configuration, which may be a layer of another model. */
  static ModelConfig of(LayerConfig model) {
    String where = Text.shown(model.name());
    return switch (model.kind()) {
      case "Sequential" -> sequential(model.fields(), where);
      case "Model", "Functional" -> functional(model.fields(), where);
      default ->
          throw new FoveaException(
              "holds a model of the class "
                  + Text.shown(model.kind())
                  + ", read are Sequential and Functional");
    };
  }

  private static List<LayerConfig> layers(Object value, String where) {
    List<Object> entries = Json.array(value, where + " layers");
    if (entries.size() > MAX_LAYERS) {
      throw new FoveaException("more than " + MAX_LAYERS + " layers");
    }
    List<LayerConfig> layers = new ArrayList<>();
    entries.forEach(e -> layers.add(LayerConfig.parse(e, where + " layers")));
    return layers;
  }

  /** Each layer takes what the one before it gives. */
  private static ModelConfig sequential(Map<String, Object> config, String where) {
    List<LayerConfig> chain = new ArrayList<>();
    for (LayerConfig l : layers(Json.member(config, "layers", where), where)) {
      if (chain.isEmpty() && !l.kind().equals("InputLayer")) {
        chain.add(new LayerConfig(l.name() + "_input", "InputLayer", shape(l, config), List.of()));
      }
      List<Inbound> before =
          chain.isEmpty()
              ? List.of()
              : List.of(Inbound.of(new Reference(chain.getLast().name(), 0, 0)));
      chain.add(new LayerConfig(l.name(), l.kind(), l.fields(), before));
    }
    if (chain.isEmpty()) {
      throw new FoveaException("has no layers");
    }
    return new ModelConfig(
        chain,
        List.of(new Reference(chain.getFirst().name(), 0, 0)),
        List.of(new Reference(chain.getLast().name(), 0, 0)));
  }

  /** Returns where the shape of the first layer's input stands; a model has it inside. */
  private static Map<String, Object> shape(LayerConfig first, Map<String, Object> config) {
    boolean own =
        first.field("batch_input_shape").isPresent() || first.field("batch_shape").isPresent();
    if (own) {
      return first.fields();
    }
    if (config.get("build_input_shape") instanceof List<?> shape) {
      return Map.of("batch_shape", shape);
    }
    if (KINDS.contains(first.kind())) {
      ModelConfig inner = of(first);
      String input = inner.inputs.isEmpty() ? "" : inner.inputs.get(0).layer();
      for (LayerConfig l : inner.layers) {
        if (l.name().equals(input)) {
          return l.fields();
        }
      }
    }
    return first.fields();
  }

  private static ModelConfig functional(Map<String, Object> config, String where) {
    List<LayerConfig> layers = layers(Json.member(config, "layers", where), where);
    List<Reference> outputs =
        Reference.all(Json.member(config, "output_layers", where), where + " output_layers");
    if (outputs.isEmpty()) {
      throw new FoveaException("has no outputs");
    }
    Object inputs = config.getOrDefault("input_layers", List.of());
    return new ModelConfig(layers, Reference.all(inputs, where + " input_layers"), outputs);
  }
}
