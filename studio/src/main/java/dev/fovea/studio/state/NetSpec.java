package dev.fovea.studio.state;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A network that is built in the browser: layers one after the other.
 *
 * @param layers the layers
 */
public record NetSpec(List<LayerSpec> layers) {
  private static final int MOST = 64;

  /**
   * Copies the list.
   *
   * @throws FoveaException if it is empty
   */
  public NetSpec {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new FoveaException("network: needs at least one layer");
    }
  }

  /** Returns the network that a page describes in its member {@code layers}. */
  public static NetSpec of(Fields f) {
    return new NetSpec(f.objects("layers", MOST).stream().map(LayerSpec::of).toList());
  }

  /** Returns the network. */
  public Layer layer() {
    return Layers.sequence(layers.stream().map(LayerSpec::layer).toArray(Layer[]::new));
  }

  /** Returns the Java of the network, a line for each layer. */
  public String java() {
    return layers.stream()
        .map(l -> "        " + l.java())
        .collect(Collectors.joining(",\n", "sequence(\n", ")"));
  }
}
