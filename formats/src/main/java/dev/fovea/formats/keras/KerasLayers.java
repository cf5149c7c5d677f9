package dev.fovea.formats.keras;

import static dev.fovea.nn.Layers.dense;

import dev.fovea.formats.weights.NodeStep;
import dev.fovea.formats.weights.Weight;
import dev.fovea.nn.Dense;
import dev.fovea.nn.Embedding;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keras's layers by class. */
final class KerasLayers {
  /** The classes whose setting {@code activation} is no function behind the layer. */
  static final Set<String> ACTS_ITSELF =
      Set.of("Activation", "LSTM", "GRU", "SimpleRNN", "Bidirectional", "TimeDistributed");

  /**
   * What a layer becomes.
   *
   * @param step what it computes
   * @param weights gives its parameters, when the layer is used for the first time
   */
  record Made(NodeStep step, Supplier<Map<String, Weight>> weights) {}

  /**
   * What a layer of one input becomes.
   *
   * @param layer what it computes
   * @param weights gives its parameters by name
   */
  record Built(Layer layer, Supplier<Map<String, Weight>> weights) {
    /** Returns a layer without parameters. */
    static Built plain(Layer layer) {
      return new Built(layer, Map::of);
    }

    /** Returns this layer on axes that another layer brings where this one wants them. */
    Built in(Layer around) {
      return new Built(around, weights);
    }
  }

  private final KerasWeights weights;
  private final KerasFunctions functions;
  private final KerasConvolutions convolutions;
  private final KerasNorms norms;
  private final KerasRecurrent recurrent;

  /**
   * Creates the layers of a file.
   *
   * @param modern whether Keras 3 or a later one wrote it
   */
  KerasLayers(KerasWeights weights, boolean modern) {
    this.weights = weights;
    this.functions = new KerasFunctions(weights, modern);
    this.convolutions = new KerasConvolutions(weights);
    this.norms = new KerasNorms(weights);
    this.recurrent = new KerasRecurrent(weights, functions);
  }

  /**
   * Returns what a layer becomes, or null if its class is not known.
   *
   * @throws dev.fovea.tensor.FoveaException if one of its settings is not supported
   */
  @Nullable Made of(LayerConfig c, LayerPlace place, Inbound arguments) {
    Optional<Made> joined = KerasMerges.of(c, arguments);
    if (joined.isPresent()) {
      c.requireAllUsed();
      return joined.get();
    }
    @Nullable Built built = built(c, place);
    if (built == null) {
      return null;
    }
    if (!arguments.numbers().isEmpty()) {
      throw new dev.fovea.tensor.FoveaException(
          "%s at %s: a number as an argument is not supported".formatted(c.kind(), c.name()));
    }
    return new Made(NodeStep.of(built.layer), built.weights);
  }

  /** Returns what a layer of one input becomes, or null if its class is not known. */
  private @Nullable Built built(LayerConfig c, LayerPlace place) {
    if (KerasFunctions.isIdle(c.kind())) {
      return Built.plain(functions.idle(c));
    }
    @Nullable Built built = own(c, place);
    built = built == null ? convolutions.of(c, place) : built;
    built = built == null ? norms.of(c, place) : built;
    built = built == null ? recurrent.of(c, place) : built;
    built = built == null ? KerasWindows.of(c) : built;
    built = built == null ? functions.of(c, place) : built;
    if (built == null) {
      return null;
    }
    boolean first = c.channelsFirst();
    if (!ACTS_ITSELF.contains(c.kind())) {
      c.field("activation");
    }
    c.requireAllUsed();
    return first ? built.in(new ChannelsFirst(built.layer)) : built;
  }

  private @Nullable Built own(LayerConfig c, LayerPlace place) {
    return switch (c.kind()) {
      case "Dense" -> {
        boolean bias = c.bool("use_bias", true);
        Dense d = dense(c.size("units"));
        KerasWeights.Of own = KerasWeights.Of.biased(place, bias, "kernel");
        yield new Built(
            new AxisDense(bias ? d : d.noBias()), () -> convolutions.plain(own, "kernel", bias));
      }
      case "Embedding" -> {
        c.requireOnly("mask_zero", false);
        Embedding table =
            new Embedding(c.size("input_dim"), c.size("output_dim"), Initializer.glorotUniform());
        KerasWeights.Of own = KerasWeights.Of.biased(place, false, "embeddings");
        yield new Built(table, () -> Map.of("weight", weights.weight(own, "embeddings")));
      }
      case "TimeDistributed" -> repeated(c, place);
      default -> null;
    };
  }

  /** Returns a layer that is applied to each place of a sequence. */
  private @Nullable Built repeated(LayerConfig c, LayerPlace place) {
    LayerConfig inner = c.layer("layer");
    if (ModelConfig.KINDS.contains(inner.kind())) {
      throw new dev.fovea.tensor.FoveaException(
          "TimeDistributed at %s: of a model is not supported".formatted(c.name()));
    }
    @Nullable Built built = built(inner, place.inside("layer"));
    if (built == null) {
      return null;
    }
    Layer layer = built.layer;
    if (!ACTS_ITSELF.contains(inner.kind()) && inner.field("activation").isPresent()) {
      @Nullable Layer function = functions.activation(inner.function("activation", "linear"));
      if (function == null) {
        throw inner.unsupported("activation");
      }
      layer = KerasSteps.both(layer, function);
    }
    return built.in(new PerPlace(layer));
  }

  /** Returns a function without parameters, or null if it is not known. */
  @Nullable Made function(LayerConfig c) {
    @Nullable Layer layer = functions.activation(c);
    return layer == null ? null : new Made(NodeStep.of(layer), Map::of);
  }
}
