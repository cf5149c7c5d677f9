package dev.fovea.formats.keras;

import dev.fovea.formats.keras.KerasLayers.Built;
import dev.fovea.formats.weights.Weight;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Recurrent;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keras's recurrent layers. */
final class KerasRecurrent {
  private final KerasWeights weights;
  private final KerasFunctions functions;

  KerasRecurrent(KerasWeights weights, KerasFunctions functions) {
    this.weights = weights;
    this.functions = functions;
  }

  @Nullable Built of(LayerConfig c, LayerPlace place) {
    return switch (c.kind()) {
      case "LSTM", "GRU", "SimpleRNN" -> {
        Built one = one(c, place.inside("cell"), c.bool("go_backwards", false));
        // Keras gives the states in the order in which they were made.
        boolean turned = c.bool("go_backwards", false) && c.bool("return_sequences", false);
        yield turned ? one.in(new Turned(one.layer())) : one;
      }
      case "Bidirectional" -> both(c, place);
      default -> null;
    };
  }

  /** A recurrent layer that gives its states from the last place to the first. */
  private record Turned(Layer states) implements Layer {
    @Override
    public Signal forward(Signal x) {
      return KerasSteps.reversed(states.forward(x));
    }

    @Override
    public String kind() {
      return states.kind();
    }
  }

  /**
   * Returns a recurrent layer, whose states stand at their places.
   *
   * @param place where its weights are
   */
  private Built one(LayerConfig c, LayerPlace place, boolean backwards) {
    for (String setting : List.of("stateful", "return_state", "time_major")) {
      c.requireOnly(setting, false);
    }
    c.field("zero_output_for_mask");
    int units = c.size("units");
    boolean sequences = c.bool("return_sequences", false);
    boolean bias = c.bool("use_bias", true);
    boolean gru = c.kind().equals("GRU");
    boolean after = gru && c.bool("reset_after", !functions.isFirst());
    LayerConfig function = c.function("activation", "tanh");
    LayerConfig gate = c.function("recurrent_activation", "sigmoid");
    boolean usual = isNamed(function, "tanh") && isNamed(gate, "sigmoid");
    KerasWeights.Of own = KerasWeights.Of.biased(place, bias, "kernel", "recurrent_kernel");
    if (usual && (after || c.kind().equals("LSTM"))) {
      Recurrent.Cell cell = gru ? Recurrent.Cell.GRU : Recurrent.Cell.LSTM;
      return new Built(
          new Recurrent(cell, units, sequences, backwards), () -> parameters(own, units, gru));
    }
    KerasCell cell =
        new KerasCell(
            KerasCell.Kind.named(c.kind()), units, layer(c, function), layer(c, gate), after);
    return new Built(new CellOverTime(cell, sequences, backwards), () -> parameters(own, after));
  }

  private static boolean isNamed(LayerConfig function, String name) {
    return function.text("activation", "").equals(name);
  }

  private Layer layer(LayerConfig c, LayerConfig function) {
    @Nullable Layer layer = functions.activation(function);
    if (layer == null) {
      throw c.unsupported("activation");
    }
    return layer;
  }

  /** Returns the parameters of {@link Recurrent}; Keras's gates of a GRU are z, r and n. */
  private Map<String, Weight> parameters(KerasWeights.Of own, int units, boolean gru) {
    boolean bias = own.names().contains("bias");
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("weight", (in, p) -> gates(weights.tensor(own, "kernel"), units, gru));
    values.put("recurrent", (in, p) -> gates(weights.tensor(own, "recurrent_kernel"), units, gru));
    values.put("bias", (in, p) -> bias ? row(own, 0, p, units, gru) : Tensor.zeros(p));
    if (gru) {
      values.put("recurrent_bias", (in, p) -> bias ? row(own, 1, p, units, true) : Tensor.zeros(p));
    }
    return values;
  }

  /** Returns one of the two rows of a GRU's biases, or the only one. */
  private Tensor row(KerasWeights.Of own, int row, Shape p, int units, boolean gru) {
    Tensor all = weights.tensor(own, "bias");
    int length = p.elements();
    if (all.shape().elements() < (row + 1) * length) {
      throw new FoveaException(
          "a bias of shape %s, needed are %s numbers".formatted(all.shape(), (row + 1) * length));
    }
    Tensor one = Tensor.zeros(Shape.of(1, length));
    System.arraycopy(all.data(), row * length, one.data(), 0, length);
    return gates(one, units, gru).reshape(p);
  }

  /**
   * Returns rows whose first two runs of numbers, those of a GRU's z and r, have changed places.
   */
  private static Tensor gates(Tensor t, int units, boolean gru) {
    int wide = t.shape().dim(-1);
    if (!gru || wide < 2 * units) {
      return t;
    }
    Tensor swapped = t.copy();
    for (int i = 0; i < t.data().length; i += wide) {
      System.arraycopy(t.data(), i, swapped.data(), i + units, units);
      System.arraycopy(t.data(), i + units, swapped.data(), i, units);
    }
    return swapped;
  }

  /** Returns the parameters of a {@link CellOverTime}, whose gates are in Keras's order. */
  private Map<String, Weight> parameters(KerasWeights.Of own, boolean after) {
    boolean bias = own.names().contains("bias");
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("weight", weights.weight(own, "kernel"));
    values.put("recurrent", weights.weight(own, "recurrent_kernel"));
    values.put("bias", (in, p) -> bias ? row(own, 0, p, 0, false) : Tensor.zeros(p));
    if (after) {
      values.put("recurrent_bias", (in, p) -> bias ? row(own, 1, p, 0, false) : Tensor.zeros(p));
    }
    return values;
  }

  private @Nullable Built both(LayerConfig c, LayerPlace place) {
    LayerConfig inner = c.layer("layer");
    if (!List.of("LSTM", "GRU", "SimpleRNN").contains(inner.kind())) {
      return null;
    }
    if (c.field("backward_layer").isPresent()) {
      LayerConfig other = c.layer("backward_layer");
      if (!other.kind().equals(inner.kind()) || other.size("units") != inner.size("units")) {
        throw c.unsupported("backward_layer");
      }
    }
    String merge = c.text("merge_mode", "none");
    if (!TwoWays.MERGES.contains(merge)) {
      throw c.unsupported("merge_mode");
    }
    inner.requireOnly("go_backwards", false);
    Built forward = one(inner, place.inside("forward_layer/cell"), false);
    Built backward = one(inner, place.inside("backward_layer/cell"), true);
    inner.requireAllUsed();
    return new Built(
        new TwoWays(forward.layer(), backward.layer(), merge),
        () -> {
          Map<String, Weight> values = new LinkedHashMap<>();
          forward.weights().get().forEach((n, w) -> values.put("forward." + n, w));
          backward.weights().get().forEach((n, w) -> values.put("backward." + n, w));
          return values;
        });
  }
}
