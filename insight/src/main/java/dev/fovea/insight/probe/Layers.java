package dev.fovea.insight.probe;

import dev.fovea.engine.graph.Graph;
import dev.fovea.io.Suggest;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of a network in the order in which they compute; those of an imported network have the
 * names of its file.
 *
 * @param all the layers, the inputs first
 */
public record Layers(List<Layer> all) {
  /**
   * One layer.
   *
   * @param path where it stands
   * @param kind what it is: the layer's kind, or the op that an imported node is made of
   * @param shape the shape of what it computes for one sample, [H, W, C] for maps
   * @param window which part of the input one place sees; empty where it has no places or sees all
   * @param weights the name of the convolution's or dense layer's weights, if it is one
   * @param activation the activation that it ends in, if any
   */
  public record Layer(
      String path,
      String kind,
      Shape shape,
      Optional<InputWindow> window,
      Optional<String> weights,
      Optional<Activation> activation) {
    /** Returns whether it has maps of more than one place. */
    public boolean hasPlaces() {
      return shape.rank() == 3 && shape.dim(0) * shape.dim(1) > 1;
    }

    /** Returns the number of channels. */
    public int channels() {
      return shape.rank() == 0 ? 1 : shape.dim(-1);
    }
  }

  /** Copies the list. */
  public Layers {
    all = List.copyOf(all);
  }

  /** Returns the layers of a model. */
  public static Layers of(Model model) {
    return of(model.trace(1, false));
  }

  static Layers of(Traced traced) {
    Map<String, Value> values = traced.layers();
    List<Value> order = Graph.topological(traced.outputs());
    Map<Value, InputWindow> windows = InputWindow.of(order);
    Map<Value, Integer> number = new IdentityHashMap<>();
    order.forEach(v -> number.put(v, number.size()));
    Map<String, String> kinds = new HashMap<>();
    traced.visits().forEach(v -> kinds.putIfAbsent(v.path(), v.kind()));
    List<Layer> layers = new ArrayList<>();
    values.entrySet().stream()
        .filter(e -> number.containsKey(e.getValue()))
        .sorted(
            Map.Entry.comparingByValue(
                (a, b) -> Integer.compare(number.getOrDefault(a, 0), number.getOrDefault(b, 0))))
        .forEach(e -> {
          Value v = e.getValue();
          layers.add(
              new Layer(
                  e.getKey(),
                  kinds.getOrDefault(e.getKey(), v.op().name()),
                  v.shape().dropFirst(),
                  Optional.ofNullable(windows.get(v)),
                  weights(traced, v),
                  activation(v)));
        });
    return new Layers(layers);
  }

  /** Looks for the weights through bias and activation, as far as they are of the same layer. */
  private static Optional<String> weights(Traced traced, Value v) {
    if (v.op() instanceof Contraction && v.inputs().size() > 1) {
      return v.input(1).op() instanceof Source.Parameter p
          ? Optional.of(p.name())
          : Optional.empty();
    }
    boolean behind =
        v.op() instanceof Elementwise
            && !v.inputs().isEmpty()
            && traced.paths().of(v.input(0)).equals(traced.paths().of(v));
    return behind ? weights(traced, v.input(0)) : Optional.empty();
  }

  private static Optional<Activation> activation(Value v) {
    return v.op() instanceof Elementwise.Activate a
        ? Optional.of(a.activation())
        : Optional.empty();
  }

  /** Returns the value before a layer's activation, the value itself where it ends in none. */
  static Value beforeActivation(Value v) {
    return v.op() instanceof Elementwise.Activate ? v.input(0) : v;
  }

  /** Returns whether an op is the rectifier max(x, 0). */
  public static boolean isRectifier(Value v) {
    return activation(v).filter(a -> a.kind() == Activation.Kind.RELU).isPresent();
  }

  /** Returns the paths. */
  public List<String> paths() {
    return all.stream().map(Layer::path).toList();
  }

  /**
   * Returns a layer.
   *
   * @throws FoveaException if there is none of this path
   */
  public Layer find(String path) {
    return all.stream()
        .filter(l -> l.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new FoveaException("no layer " + path + Suggest.hint(path, paths())));
  }

  /**
   * Returns the last layer whose maps have more than one place: where class activation maps look
   * unless told otherwise.
   *
   * @throws FoveaException if there is none
   */
  public Layer lastWithPlaces() {
    for (Layer l : all.reversed()) {
      if (l.hasPlaces() && !l.kind().startsWith("input")) {
        return l;
      }
    }
    throw new FoveaException("the network has no layer with more than one place");
  }

  /** Returns the convolutions and poolings and what follows them, without the inputs. */
  public List<Layer> withPlaces() {
    return all.stream().filter(l -> l.hasPlaces() && !l.kind().startsWith("input")).toList();
  }
}
