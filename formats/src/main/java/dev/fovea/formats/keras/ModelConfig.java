package dev.fovea.formats.keras;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layers of a Keras model and which of their results are its outputs.
 *
 * @param layers the layers in the order of the file
 * @param outputs the results
 */
record ModelConfig(List<LayerConfig> layers, List<LayerConfig.Reference> outputs) {
  private static final int MAX_LAYERS = 5000;

  /** Parses the attribute {@code model_config}. */
  static ModelConfig parse(String json) {
    String where = "model_config";
    Map<String, Object> model = Json.parseObject(json, where);
    String kind = Json.string(Json.member(model, "class_name", where), where + " class_name");
    Object config = Json.member(model, "config", where);
    return switch (kind) {
      case "Sequential" -> sequential(config, where);
      case "Model", "Functional" -> functional(Json.object(config, where), where);
      default ->
          throw new FoveaException(
              "holds a model of the class "
                  + Text.shown(kind)
                  + ", read are Sequential and"
                  + " Functional");
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
  private static ModelConfig sequential(Object config, String where) {
    Object list =
        config instanceof Map<?, ?>
            ? Json.member(Json.object(config, where), "layers", where)
            : config;
    List<LayerConfig> chain = new ArrayList<>();
    for (LayerConfig l : layers(list, where)) {
      if (chain.isEmpty() && !l.kind().equals("InputLayer")) {
        chain.add(new LayerConfig(l.name() + "_input", "InputLayer", l.fields(), List.of()));
      }
      boolean first = chain.isEmpty();
      List<List<LayerConfig.Reference>> before =
          first
              ? List.of()
              : List.of(List.of(new LayerConfig.Reference(chain.getLast().name(), 0)));
      chain.add(new LayerConfig(l.name(), l.kind(), l.fields(), before));
    }
    if (chain.isEmpty()) {
      throw new FoveaException("has no layers");
    }
    return new ModelConfig(chain, List.of(new LayerConfig.Reference(chain.getLast().name(), 0)));
  }

  private static ModelConfig functional(Map<String, Object> config, String where) {
    List<LayerConfig> layers = layers(Json.member(config, "layers", where), where);
    List<Object> ends =
        Json.array(Json.member(config, "output_layers", where), where + " output_layers");
    List<LayerConfig.Reference> outputs = new ArrayList<>();
    if (!ends.isEmpty() && ends.get(0) instanceof String) {
      outputs.add(LayerConfig.Reference.of(ends, where + " output_layers"));
    } else {
      ends.forEach(e -> outputs.add(LayerConfig.Reference.of(e, where + " output_layers")));
    }
    if (outputs.isEmpty()) {
      throw new FoveaException("has no outputs");
    }
    return new ModelConfig(layers, outputs);
  }
}
