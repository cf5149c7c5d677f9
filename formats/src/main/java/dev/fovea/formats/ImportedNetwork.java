package dev.fovea.formats;

import dev.fovea.engine.Engine;
import dev.fovea.formats.weights.NamedTensors;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that was read from a file, with its metadata.
 *
 * <p>Its parameters start with the values of the file and can be trained further like any others.
 *
 * @param format the format of the file
 * @param producer the tool that wrote the file; may be empty
 * @param network the computation, from {@link #inputs} to {@link #outputs}
 * @param inputs the inputs, in order
 * @param outputs the outputs, in order
 * @param operators how often the file uses each operator or kind of layer, in the order of first
 *     use
 * @param metadata the metadata of the model, such as classes under {@code labels} and preprocessing
 * @param weights the values of all parameters by name; empty if the network itself initialises them
 *     with the values of the file
 * @param unread the tensors that were not read, with the reason for each; the network needs none of
 *     them
 */
public record ImportedNetwork(
    Format format,
    String producer,
    Network network,
    List<Port> inputs,
    List<Port> outputs,
    Map<String, Integer> operators,
    Map<String, String> metadata,
    Map<String, Tensor> weights,
    Map<String, String> unread) {
  /**
   * The prefix of metadata entries that mark inputs and outputs with four axes as not being images;
   * {@code input0} and so on follow.
   */
  public static final String PLAIN = "plain.";

  /**
   * The prefix of metadata entries with the file's names of inputs and outputs; {@code input0} and
   * so on follow.
   */
  public static final String NAME = "name.";

  /** What follows an operator's name where it computes whole numbers that stand for real ones. */
  public static final String ROUNDED = " (rounded)";

  /** Copies the lists. */
  public ImportedNetwork {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = Collections.unmodifiableMap(new LinkedHashMap<>(operators));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    unread = Collections.unmodifiableMap(new LinkedHashMap<>(unread));
  }

  /** Creates a network that initialises its parameters with the values of the file itself. */
  public ImportedNetwork(
      Format format,
      String producer,
      Network network,
      List<Port> inputs,
      List<Port> outputs,
      Map<String, Integer> operators,
      Map<String, String> metadata) {
    this(format, producer, network, inputs, outputs, operators, metadata, Map.of(), Map.of());
  }

  /** Returns this network with other metadata. */
  public ImportedNetwork withMetadata(Map<String, String> texts) {
    return new ImportedNetwork(
        format, producer, network, inputs, outputs, operators, texts, weights, unread);
  }

  /** Returns this network with other values of its parameters. */
  public ImportedNetwork withWeights(Map<String, Tensor> values) {
    return new ImportedNetwork(
        format, producer, network, inputs, outputs, operators, metadata, values, unread);
  }

  /** Returns this network with other tensors that were not read. */
  public ImportedNetwork withUnread(Map<String, String> reasons) {
    return new ImportedNetwork(
        format, producer, network, inputs, outputs, operators, metadata, weights, reasons);
  }

  /** Returns a text that lists the first tensors that were not read; empty if all were. */
  public String unreadText() {
    return unread.isEmpty() ? "" : NamedTensors.listed(unread);
  }

  /**
   * Returns this network for pictures of another height and width, if its file leaves them free.
   *
   * @throws FormatException if the file fixes them, or cannot be computed for such pictures
   */
  public ImportedNetwork at(int height, int width) {
    if (!(network instanceof Resizable r)) {
      throw new FormatException(
          "takes pictures of one size only: " + inputs.get(0).sample() + " in " + format.title());
    }
    Resizable sized = r.at(height, width);
    ImportedNetwork other =
        new ImportedNetwork(
            format,
            producer,
            sized,
            sized.inputs(),
            sized.outputs(),
            operators,
            metadata,
            weights,
            unread);
    Shape wanted = other.inputs.get(0).sample();
    if (wanted.rank() == 3 && (wanted.dim(0) != height || wanted.dim(1) != width)) {
      throw new FormatException(
          "the file fixes pictures of "
              + wanted.dim(0)
              + "×"
              + wanted.dim(1)
              + ", asked for "
              + height
              + "×"
              + width);
    }
    return other;
  }

  /** Returns whether weights or activations are 8-bit integers. */
  public boolean isQuantized() {
    return quantizedOperator().isPresent();
  }

  /** Returns the first operator on 8-bit integers. */
  public Optional<String> quantizedOperator() {
    return operators.keySet().stream()
        .filter(o ->
            o.contains("QLinear")
                || o.contains("QuantizeLinear")
                || o.contains("Integer")
                || o.endsWith(ROUNDED))
        .findFirst();
  }

  /**
   * Returns a model with the file's weights. A {@linkplain #isQuantized quantized} network runs on
   * the {@link Engine#exact} engine.
   *
   * @throws dev.fovea.tensor.ShapeException if the weights do not fit the graph
   */
  public Model model(Engine engine) {
    List<Shape> shapes = inputs.stream().map(Port::sample).toList();
    Map<String, String> texts = new LinkedHashMap<>(metadata);
    texts.keySet().removeIf(key -> key.startsWith(NAME));
    mark("input", inputs, texts);
    mark("output", outputs, texts);
    Engine own = isQuantized() ? engine.exact() : engine;
    Model model = Model.build(network, shapes, Seed.of(0), own).withMetadata(texts);
    if (!weights.isEmpty()) {
      model.parameters().load(format.title(), weights);
    }
    return model;
  }

  private static void mark(String kind, List<Port> ports, Map<String, String> texts) {
    for (int i = 0; i < ports.size(); i++) {
      Port port = ports.get(i);
      if (port.order().size() == 4 && !port.isReordered()) {
        texts.put(PLAIN + kind + i, "yes");
      }
      if (!port.name().equals(ports.size() == 1 ? kind : kind + i)) {
        texts.put(NAME + kind + i, port.name());
      }
    }
  }

  /** Returns a model on the shared engine. */
  public Model model() {
    return model(Engine.shared());
  }
}
