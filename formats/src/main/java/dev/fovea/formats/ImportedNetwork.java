package dev.fovea.formats;

import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.runtime.Engine;
import dev.fovea.tensor.Seed;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network read from a file, with what the file says about it.
 *
 * <p>Its parameters start with the file's values and can be trained further like any other's.
 *
 * @param format the format of the file
 * @param producer who wrote it, as far as the file says; may be empty
 * @param network the computation, from {@link #inputs} to {@link #outputs}
 * @param inputs the inputs, in order
 * @param outputs the outputs, in order
 * @param operators how often the file uses each operator or kind of layer, in the order of first
 *     use
 * @param metadata texts that go with the model: classes under {@code labels}, preprocessing
 */
public record ImportedNetwork(
    Format format,
    String producer,
    Network network,
    List<Port> inputs,
    List<Port> outputs,
    Map<String, Integer> operators,
    Map<String, String> metadata) {
  /**
   * What the names of texts begin with that mark inputs and outputs of four axes which are no
   * images; {@code input0} and so on follow.
   */
  public static final String PLAIN = "plain.";

  /** Copies the lists. */
  public ImportedNetwork {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = Collections.unmodifiableMap(new LinkedHashMap<>(operators));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /** Returns this network with other texts. */
  public ImportedNetwork withMetadata(Map<String, String> texts) {
    return new ImportedNetwork(format, producer, network, inputs, outputs, operators, texts);
  }

  /**
   * Returns a model of this network that holds the file's weights.
   *
   * @throws dev.fovea.tensor.ShapeException if the weights do not fit the graph
   */
  public Model model(Engine engine) {
    Map<String, String> texts = new LinkedHashMap<>(metadata);
    mark("input", inputs, texts);
    mark("output", outputs, texts);
    return Model.build(network, inputs.stream().map(Port::sample).toList(), Seed.of(0), engine)
        .withMetadata(texts);
  }

  private static void mark(String kind, List<Port> ports, Map<String, String> texts) {
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i).order().size() == 4 && !ports.get(i).isReordered()) {
        texts.put(PLAIN + kind + i, "yes");
      }
    }
  }

  /** Returns a model that computes with the shared engine. */
  public Model model() {
    return model(Engine.shared());
  }
}
