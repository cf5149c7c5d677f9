package dev.fovea.formats.keras;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where a layer stands in a model and its weights in a file.
 *
 * @param chain the names of the models around it, the outermost first, without the whole model
 * @param layer its own name
 * @param path the group of its weights in an archive of Keras 3, which counts layers by class
 */
record LayerPlace(List<String> chain, String layer, String path) {
  /** Copies the list. */
  LayerPlace {
    chain = List.copyOf(chain);
  }

  /** Returns the names of all models around the layer and its own, as one. */
  String fullName() {
    return chain.isEmpty() ? layer : String.join("_", chain) + "_" + layer;
  }

  /**
   * Returns the place of a layer in a model.
   *
   * @param around the place of the model; empty path for the whole model
   * @param counts how many layers of each class have been met, which is counted on
   */
  static LayerPlace in(
      LayerPlace around, boolean whole, LayerConfig layer, Map<String, Integer> counts) {
    String plain = snake(layer.kind().equals("Model") ? "Functional" : layer.kind());
    int n = counts.merge(plain, 1, Integer::sum) - 1;
    String own = "layers/" + plain + (n == 0 ? "" : "_" + n);
    List<String> chain = new java.util.ArrayList<>(around.chain);
    if (!whole) {
      chain.add(around.layer);
    }
    return new LayerPlace(chain, layer.name(), whole ? own : around.path + "/" + own);
  }

  /** Returns the name of a class as Keras makes that of a group of it: {@code conv2d}. */
  private static String snake(String kind) {
    return kind.replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** Returns the place of a layer that this one holds, such as the cell of a recurrent one. */
  LayerPlace inside(String part) {
    return new LayerPlace(chain, layer, path + "/" + part);
  }
}
